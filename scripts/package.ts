import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import { archive } from './package/archive.ts'
import { executable } from './package/executable.ts'
import { krewManifest } from './package/krew-manifest.ts'

const root = resolve(import.meta.dirname, '..')
const out = join(root, 'dist/krew')
const work = join(out, 'work')

if (process.platform !== 'linux' || process.arch !== 'x64') {
  process.stderr.write('error: the linux-amd64 archive can only be made on linux-amd64\nrun this on such a machine\n')
  process.exit(2)
}
rmSync(out, { recursive: true, force: true })
mkdirSync(work, { recursive: true })
const program = executable(root, work)
const name = `svc-debug-v${manifest.version}-linux-amd64.tar.gz`
const packed = await archive([
  { name: 'kubectl-svc_debug', content: readFileSync(program), mode: 0o755 },
  { name: 'LICENSE', content: readFileSync(join(root, 'LICENSE')), mode: 0o644 },
  { name: 'README.md', content: readFileSync(join(root, 'README.md')), mode: 0o644 },
  { name: 'THIRD_PARTY.txt', content: readFileSync(join(root, 'dist/THIRD_PARTY.txt')), mode: 0o644 },
])
const sha256 = createHash('sha256').update(packed).digest('hex')
writeFileSync(join(out, name), packed)
// krew wants the file to be named as the plugin.
const template = readFileSync(join(root, 'krew-manifest.yaml'), 'utf8')
writeFileSync(join(out, 'svc-debug.yaml'), krewManifest(template, { version: manifest.version, archive: name, sha256 }))
rmSync(work, { recursive: true })
process.stdout.write(
  `dist/krew/${name}  ${(packed.length / 2 ** 20).toFixed(1)} MiB  sha256 ${sha256}\ndist/krew/svc-debug.yaml\n`,
)
