import { readFile } from 'node:fs/promises'
import { UserError } from '../model.ts'
import type { ClusterEntry, ContextEntry, ExecConfig, Kubeconfig, UserEntry } from './kubeconfig.ts'
import type { ConnectionFlags } from './session.ts'

export interface Impersonation {
  user?: string
  uid?: string
  groups: string[]
  extra: Record<string, string[]>
}

/** One cluster, one user, one namespace: what remains of kubeconfig and flags. PEM material is text. */
export interface Connection {
  server: string
  namespace: string
  ca?: string
  insecure: boolean
  tlsServerName?: string
  proxyUrl?: string
  cert?: string
  key?: string
  token?: string
  /** Read again every minute: the kubelet renews projected tokens in place. */
  tokenFile?: string
  username?: string
  password?: string
  exec?: ExecConfig
  /** `client.authentication.k8s.io/exec` extension of the cluster entry, for the plugin. */
  execExtension?: unknown
  authProvider?: unknown
  impersonate: Impersonation
  /** Nothing was configured: kubectl's fallback address is used. */
  unconfigured: boolean
}

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * Applies flags to the merged kubeconfig with kubectl's precedence (client-go tools/clientcmd/client_config.go): flags beat files,
 * data fields beat file fields of the same entry, the service account of a pod counts only where no kubeconfig does.
 * Throws UserError for a context, cluster, user or file that does not exist.
 */
export async function resolveConnection(
  config: Kubeconfig,
  flags: ConnectionFlags,
  env: NodeJS.ProcessEnv,
  readText: (path: string) => Promise<string> = (path) => readFile(path, 'utf8'),
): Promise<Connection> {
  const context = chooseContext(config, flags)
  const clusterName = flags.cluster || context.cluster
  const userName = flags.user || context.user
  const cluster = find(config.clusters, clusterName, flags.cluster ? 'cluster' : undefined)
  const user = find(config.users, userName, flags.user ? 'auth info' : undefined)
  const inCluster = cluster === undefined && !flags.server ? await inClusterEntries(env, readText) : undefined
  const chosen = inCluster ?? { cluster: cluster ?? {}, user: user ?? {}, namespace: undefined }
  const server = flags.server || chosen.cluster.server || env.KUBERNETES_MASTER || ''
  const connection: Connection = {
    ...(await userPart(chosen.user, flags, readText)),
    ...(await clusterPart(chosen.cluster, flags, readText)),
    server: '',
    namespace: flags.namespace || context.namespace || chosen.namespace || 'default',
    impersonate: impersonation(chosen.user, flags),
    unconfigured: server === '',
  }
  connection.server = normalServer(server || 'http://localhost:8080', connection)
  return connection
}

function chooseContext(config: Kubeconfig, flags: ConnectionFlags): ContextEntry {
  const name = flags.context || config.currentContext
  if (!name) return {}
  const context = config.contexts.get(name)
  if (context) return context
  const known = [...config.contexts.keys()].filter((key) => key !== '')
  const next = known.length > 0 ? `Known contexts: ${known.join(', ')}.` : 'No kubeconfig file names any context.'
  throw new UserError(`context "${name}" does not exist`, next)
}

function find<T>(entries: Map<string, T>, name: string | undefined, what: string | undefined): T | undefined {
  if (!name) return undefined
  const entry = entries.get(name)
  if (entry === undefined && what !== undefined) {
    throw new UserError(`${what} "${name}" does not exist`, `Known: ${[...entries.keys()].join(', ') || 'none'}.`)
  }
  return entry
}

async function clusterPart(entry: ClusterEntry, flags: ConnectionFlags, readText: (path: string) => Promise<string>) {
  const overridden = flags.insecureSkipTlsVerify === true || flags.certificateAuthority
  const ca = overridden
    ? await pem(undefined, flags.certificateAuthority, readText)
    : await pem(entry['certificate-authority-data'], entry['certificate-authority'], readText)
  // A name meant for the configured server would be wrong for another one.
  const tlsServerName = flags.tlsServerName || (flags.server ? undefined : entry['tls-server-name'])
  const extension = entry.extensions?.find((item) => item.name === 'client.authentication.k8s.io/exec')?.extension
  return {
    insecure: flags.insecureSkipTlsVerify ?? (overridden ? false : entry['insecure-skip-tls-verify'] === true),
    ...(ca === undefined ? {} : { ca }),
    ...(tlsServerName ? { tlsServerName } : {}),
    ...(entry['proxy-url'] ? { proxyUrl: checkedProxy(entry['proxy-url']) } : {}),
    ...(extension === undefined ? {} : { execExtension: extension }),
  }
}

async function userPart(entry: UserEntry, flags: ConnectionFlags, readText: (path: string) => Promise<string>) {
  const cert = await pem(
    flags.clientCertificate ? undefined : entry['client-certificate-data'],
    flags.clientCertificate || entry['client-certificate'],
    readText,
  )
  const key = await pem(
    flags.clientKey ? undefined : entry['client-key-data'],
    flags.clientKey || entry['client-key'],
    readText,
  )
  const token = flags.token || (entry.token === undefined ? undefined : String(entry.token))
  const byFlag = flags.token !== undefined || flags.clientCertificate !== undefined
  return {
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(token ? { token } : {}),
    ...(entry.tokenFile && !token ? { tokenFile: entry.tokenFile } : {}),
    ...(entry.username && !byFlag ? { username: String(entry.username), password: String(entry.password ?? '') } : {}),
    ...(entry.exec && !byFlag ? { exec: entry.exec } : {}),
    ...(entry['auth-provider'] && !byFlag ? { authProvider: entry['auth-provider'] } : {}),
  }
}

function impersonation(user: UserEntry, flags: ConnectionFlags): Impersonation {
  const extra: Record<string, string[]> = { ...(user['as-user-extra'] ?? {}) }
  for (const pair of flags.asUserExtra ?? []) {
    const at = pair.indexOf('=')
    if (at < 1) throw new UserError(`--as-user-extra ${pair}: not of the form key=value`, 'Write it as key=value.')
    const key = pair.slice(0, at)
    extra[key] = [...(extra[key] ?? []), pair.slice(at + 1)]
  }
  const name = flags.as || user.as
  const uid = flags.asUid || user['as-uid']
  const groups = flags.asGroup && flags.asGroup.length > 0 ? flags.asGroup : (user['as-groups'] ?? [])
  return { ...(name ? { user: name } : {}), ...(uid ? { uid } : {}), groups, extra }
}

async function inClusterEntries(env: NodeJS.ProcessEnv, readText: (path: string) => Promise<string>) {
  const host = env.KUBERNETES_SERVICE_HOST
  const port = env.KUBERNETES_SERVICE_PORT
  if (!host || !port) return undefined
  const read = (name: string) => readText(`${serviceAccount}/${name}`).catch(() => undefined)
  if ((await read('token')) === undefined) return undefined
  const cluster: ClusterEntry = {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    'certificate-authority': `${serviceAccount}/ca.crt`,
  }
  const user: UserEntry = { tokenFile: `${serviceAccount}/token` }
  return { cluster, user, namespace: (await read('namespace'))?.trim() || undefined }
}

async function pem(
  data: string | undefined,
  file: string | undefined,
  readText: (path: string) => Promise<string>,
): Promise<string | undefined> {
  if (data) return Buffer.from(data, 'base64').toString('utf8')
  if (!file) return undefined
  return readText(file).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'no such file or directory' : String(error.code ?? error.message)
    throw new UserError(`unable to read ${file}: ${why}`, 'Correct the path in the kubeconfig or the flag.')
  })
}

function checkedProxy(url: string): string {
  if (/^(https?|socks5):\/\//.test(url)) return url
  throw new UserError(
    `invalid proxy-url ${JSON.stringify(url)}: the scheme must be http, https or socks5`,
    'Correct proxy-url in the cluster entry of the kubeconfig.',
  )
}

/** Scheme as client-go's DefaultServerURL adds it: https where anything about TLS is known. */
function normalServer(server: string, tls: { ca?: string; cert?: string; insecure: boolean }): string {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(server)
    ? server
    : `${tls.ca || tls.cert || tls.insecure ? 'https' : 'http'}://${server}`
  let url: URL
  try {
    url = new URL(full)
  } catch {
    throw new UserError(`the server ${JSON.stringify(server)} is not a URL`, 'Write it as https://HOST:PORT.')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UserError(
      `the server ${JSON.stringify(server)} is neither http nor https`,
      'Write it as https://HOST:PORT.',
    )
  }
  return url.href.replace(/\/+$/, '')
}
