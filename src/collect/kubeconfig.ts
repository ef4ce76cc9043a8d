import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { UserError } from '../model.ts'

/** A credential plugin as the kubeconfig names it (client.authentication.k8s.io). */
export interface ExecConfig {
  apiVersion?: string
  command: string
  args?: string[] | null
  env?: { name: string; value: string }[] | null
  interactiveMode?: 'Never' | 'IfAvailable' | 'Always'
  provideClusterInfo?: boolean
  installHint?: string
}

export interface ClusterEntry {
  server?: string
  'certificate-authority'?: string
  'certificate-authority-data'?: string
  'insecure-skip-tls-verify'?: boolean
  'tls-server-name'?: string
  'proxy-url'?: string
  extensions?: { name: string; extension: unknown }[]
}

export interface UserEntry {
  'client-certificate'?: string
  'client-certificate-data'?: string
  'client-key'?: string
  'client-key-data'?: string
  token?: string
  tokenFile?: string
  username?: string
  password?: string
  as?: string
  'as-uid'?: string
  'as-groups'?: string[]
  'as-user-extra'?: Record<string, string[]>
  exec?: ExecConfig
  'auth-provider'?: unknown
}

export interface ContextEntry {
  cluster?: string
  user?: string
  namespace?: string
}

/** All kubeconfig files as one; entries keep kubectl's field names. `files` are those that were read. */
export interface Kubeconfig {
  currentContext: string
  clusters: Map<string, ClusterEntry>
  users: Map<string, UserEntry>
  contexts: Map<string, ContextEntry>
  files: string[]
}

const clusterPaths = ['certificate-authority'] as const
const userPaths = ['client-certificate', 'client-key', 'tokenFile'] as const

/**
 * Reads the kubeconfig as kubectl does (client-go tools/clientcmd/loader.go): an explicit file alone, which must exist; else every
 * file of $KUBECONFIG that exists; else ~/.kube/config. The first file that names an entry or the current context wins.
 * Relative paths count from the file that they stand in. Throws UserError for a file that cannot be read or understood.
 */
export async function loadKubeconfig(explicit: string | undefined, env: NodeJS.ProcessEnv): Promise<Kubeconfig> {
  const merged: Kubeconfig = {
    currentContext: '',
    clusters: new Map(),
    users: new Map(),
    contexts: new Map(),
    files: [],
  }
  for (const file of kubeconfigFiles(explicit, env)) {
    const text = await readConfigFile(file, explicit !== undefined && explicit !== '')
    if (text === undefined) continue
    merged.files.push(file)
    addFile(merged, file, await parseConfigFile(file, text))
  }
  return merged
}

/** Where kubectl looks, in its order. */
function kubeconfigFiles(explicit: string | undefined, env: NodeJS.ProcessEnv): string[] {
  if (explicit) return [explicit]
  if (env.KUBECONFIG) return [...new Set(env.KUBECONFIG.split(delimiter).filter((name) => name !== ''))]
  const home = env.HOME || (process.platform === 'win32' ? env.USERPROFILE : undefined) || homedir()
  return [join(home, '.kube', 'config')]
}

async function readConfigFile(file: string, mustExist: boolean): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' && !mustExist) return undefined
    const why =
      code === 'ENOENT' ? `stat ${file}: no such file or directory` : `error loading config file "${file}": ${code}`
    throw new UserError(why, 'Name a readable kubeconfig file with --kubeconfig or in $KUBECONFIG.')
  }
}

async function parseConfigFile(file: string, text: string): Promise<Record<string, unknown>> {
  const { parse } = await import('yaml')
  const bad = (why: string) =>
    new UserError(`error loading config file "${file}": ${why}`, 'Correct that file, or take it out of $KUBECONFIG.')
  let value: unknown
  try {
    value = parse(text, { uniqueKeys: false, logLevel: 'error' })
  } catch (error) {
    throw bad((error as Error).message.split('\n')[0] ?? 'not YAML')
  }
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw bad('it is not a kubeconfig')
  return value as Record<string, unknown>
}

function addFile(merged: Kubeconfig, file: string, config: Record<string, unknown>): void {
  if (!merged.currentContext && config['current-context']) merged.currentContext = String(config['current-context'])
  addEntries(merged.clusters, config.clusters, 'cluster', (entry) => absolutePaths(entry, clusterPaths, file))
  addEntries(merged.contexts, config.contexts, 'context', (entry) => entry)
  addEntries(merged.users, config.users, 'user', (entry) => {
    const user = absolutePaths(entry as UserEntry, userPaths, file)
    if (!user.exec?.command || !/[/\\]/.test(user.exec.command)) return user
    // A bare command name is looked up in PATH; only one with a separator is a path (client-go ResolveLocalPaths).
    return { ...user, exec: { ...user.exec, command: absolute(user.exec.command, file) } }
  })
}

function addEntries<T extends object>(into: Map<string, T>, list: unknown, key: string, finish: (entry: T) => T): void {
  if (!Array.isArray(list)) return
  for (const item of list) {
    const name = String(item?.name ?? '')
    if (!into.has(name)) into.set(name, finish((item?.[key] ?? {}) as T))
  }
}

function absolutePaths<T extends object>(entry: T, keys: readonly (keyof T)[], file: string): T {
  const copy = { ...entry }
  for (const key of keys) if (copy[key]) copy[key] = absolute(String(copy[key]), file) as T[typeof key]
  return copy
}

function absolute(path: string, file: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path)
}
