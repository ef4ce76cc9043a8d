import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Bundle, Evidence, Question, Target, Trouble } from './model.ts'
import { UserError } from './model.ts'

/** manifest.json: everything about the answers but the answers. */
interface Manifest {
  version: number
  tool: string
  target: Target
  questions: Record<string, { question: Question; at: string; trouble?: Trouble }>
}

const manifestName = 'manifest.json'
const version = 1
const packed = /\.(tgz|tar\.gz)$/
/** A bundle of a large cluster has some 100 MB; more than this is no bundle. */
const largest = 2 * 1024 ** 3

/**
 * Writes a bundle as a directory, or as one file where the path ends in .tgz. The same bundle gives the same bytes. Answers are one file
 * each, at their own path; manifest.json has the rest. Throws UserError where the place cannot be written or holds something else.
 */
export async function writeBundle(bundle: Bundle, path: string, tool = 'kubectl-svc-debug'): Promise<void> {
  const files = filesOf(bundle, tool)
  try {
    if (packed.test(path)) {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, await packFiles(files))
      return
    }
    await checkPlace(path)
    for (const [name, text] of files) {
      await mkdir(dirname(join(path, name)), { recursive: true })
      await writeFile(join(path, name), text)
    }
  } catch (error) {
    throw fileError(error, `cannot write the bundle to ${path}`, 'Name a new directory, or a file that ends in .tgz.')
  }
}

/**
 * Reads a bundle that writeBundle wrote, directory or .tgz; fields and answers of other versions are kept or ignored. Bundles come from
 * strangers: nothing is read outside of it. Throws UserError for anything that is not a bundle.
 */
export async function readBundle(path: string): Promise<Bundle> {
  const next = 'Name a directory or .tgz file that --save wrote.'
  let files: Map<string, string>
  try {
    const isDirectory = (await stat(path)).isDirectory()
    files = isDirectory ? await readDirectory(path) : await unpackFiles(await readFile(path))
  } catch (error) {
    throw fileError(error, `cannot read the bundle ${path}`, next)
  }
  const text = files.get(manifestName)
  if (text === undefined) throw new UserError(`${path} is not a bundle: it has no ${manifestName}`, next)
  return joinFiles(files, parseManifest(path, text, next))
}

function filesOf(bundle: Bundle, tool: string): [string, string][] {
  const sorted = [...bundle.evidence].sort(([a], [b]) => (a < b ? -1 : 1))
  const questions: Manifest['questions'] = {}
  const files: [string, string][] = []
  for (const [path, { question, at, output, trouble }] of sorted) {
    if (!isSafe(path)) throw new TypeError(`evidence path ${JSON.stringify(path)} leaves the bundle`)
    questions[path] = { question, at, ...(trouble ? { trouble } : {}) }
    // Without an answer there is no file; an empty answer is one.
    if (output !== '' || trouble === undefined) files.push([path, output])
  }
  const manifest: Manifest = { version, tool, target: bundle.target, questions }
  return [[manifestName, `${JSON.stringify(manifest, null, 1)}\n`], ...files]
}

function joinFiles(files: Map<string, string>, manifest: Manifest): Bundle {
  const evidence = new Map<string, Evidence>()
  for (const [path, { question, at, trouble }] of Object.entries(manifest.questions)) {
    const output = files.get(path)
    const lost: Trouble | undefined =
      output === undefined ? { kind: 'unreadable', text: `${path} is missing in the bundle` } : undefined
    const why = trouble ?? lost
    evidence.set(path, { question, at, output: output ?? '', ...(why ? { trouble: why } : {}) })
  }
  return { target: manifest.target, evidence }
}

function parseManifest(path: string, text: string, next: string): Manifest {
  const bad = (why: string) => new UserError(`${path} is not a bundle: ${manifestName} ${why}`, next)
  let value: Manifest
  try {
    value = JSON.parse(text)
  } catch {
    throw bad('is not JSON')
  }
  if (typeof value?.version !== 'number') throw bad('has no version')
  if (value.version > version)
    throw bad(`is of version ${value.version}, this tool reads up to ${version}: use a newer one`)
  if (typeof value.target?.service !== 'string' || typeof value.target.namespace !== 'string')
    throw bad('names no Service')
  if (typeof value.questions !== 'object' || value.questions === null) throw bad('has no questions')
  for (const [name, item] of Object.entries(value.questions)) {
    if (!isSafe(name)) throw bad(`names a path outside of the bundle: ${JSON.stringify(name)}`)
    if (typeof item?.at !== 'string' || item.question?.path !== name) throw bad(`does not describe ${name}`)
  }
  return value
}

/** Relative, clean, plain: no `..`, no empty part, no drive, no backslash. */
function isSafe(path: string): boolean {
  return (
    path !== '' &&
    path.length < 1000 &&
    path.split('/').every((part) => /^[^\\:\0]+$/.test(part) && part !== '.' && part !== '..')
  )
}

/** An existing directory is only written to if it is empty or a bundle already. */
async function checkPlace(path: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[]
    throw error
  })
  if (names.length > 0 && !names.some((name) => name === manifestName)) {
    throw new UserError(`${path} is not empty and not a bundle`, 'Name a new directory, or a file that ends in .tgz.')
  }
}

async function readDirectory(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    // Links are not followed: they may lead anywhere.
    if (!entry.isFile()) continue
    const full = join(entry.parentPath, entry.name)
    const name = full.slice(root.replace(/[/\\]+$/, '').length + 1).replaceAll(sep, '/')
    files.set(name, await readFile(full, 'utf8'))
  }
  return files
}

/** Tar with fixed times, owners and order, gzipped without a time: the same files give the same bytes. */
async function packFiles(files: [string, string][]): Promise<Buffer> {
  const { pack } = await import('tar-stream')
  const archive = pack()
  const chunks: Buffer[] = []
  archive.on('data', (chunk) => chunks.push(chunk as Buffer))
  const ended = new Promise<void>((resolve, reject) => archive.on('end', resolve).on('error', reject))
  for (const [name, text] of files) archive.entry({ name, mtime: new Date(0), mode: 0o644, uid: 0, gid: 0 }, text)
  archive.finalize()
  await ended
  return promisify(gzip)(Buffer.concat(chunks), { level: 9 })
}

async function unpackFiles(bytes: Buffer): Promise<Map<string, string>> {
  const { extract } = await import('tar-stream')
  const tar = await promisify(gunzip)(bytes, { maxOutputLength: largest })
  const files = new Map<string, string>()
  const archive = extract()
  archive.on('entry', (header, stream, done) => {
    const name = header.name.replace(/^\.\//, '')
    const chunks: Buffer[] = []
    stream.on('data', (chunk) => chunks.push(chunk as Buffer))
    stream.on('end', () => {
      if (header.type === 'directory') return done()
      if (header.type !== 'file')
        return done(new UserError(`the archive holds a ${header.type}: ${name}`, 'Bundles hold plain files only.'))
      if (!isSafe(name))
        return done(new UserError(`the archive holds a path outside of itself: ${name}`, 'Do not trust this file.'))
      files.set(name, Buffer.concat(chunks).toString('utf8'))
      done()
    })
  })
  await new Promise<void>((resolve, reject) => archive.on('finish', resolve).on('error', reject).end(tar))
  return files
}

function fileError(error: unknown, what: string, next: string): Error {
  if (error instanceof UserError || error instanceof TypeError) return error
  const code = (error as NodeJS.ErrnoException).code
  const words: Record<string, string> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    Z_DATA_ERROR: 'it is not gzipped',
    Z_BUF_ERROR: 'it is cut off',
  }
  return new UserError(`${what}: ${words[code ?? ''] ?? (error as Error).message}`, next)
}
