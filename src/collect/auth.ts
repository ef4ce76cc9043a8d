import { readFile } from 'node:fs/promises'
import type { Agent, RequestOptions } from 'node:https'
import { UserError } from '../model.ts'
import type { KubeConfig } from './client-node.ts'
import type { Connection } from './connection.ts'
import { type Credential, type PluginContext, pluginCredentials } from './credentials.ts'

/** Who we are to the server. */
export interface Auth {
  /** TLS settings, agent and headers for one request. Throws UserError where no credential is to be had. */
  requestOptions(): Promise<RequestOptions>
  /** The server said 401: true if there is a new credential to try. */
  refused(): Promise<boolean>
  /** client-node's configuration, for its WebSocket code; headers of `requestOptions` must be added. */
  kubeConfig(): Promise<KubeConfig>
}

const tokenFileLife = 60_000

/**
 * Credentials of a connection: client-node's KubeConfig does TLS, proxies and OIDC; tokens, token files, credential plugins and
 * impersonation are done here, because client-node 2.0 drops or mishandles them.
 */
export function openAuth(connection: Connection, context: PluginContext): Auth {
  const plugin = connection.exec ? pluginCredentials(connection.exec, context) : undefined
  const fileToken = connection.tokenFile ? tokenFromFile(connection.tokenFile) : undefined
  let credential: Credential = {}
  let built: { for: string; config: Promise<KubeConfig> } | undefined

  const kubeConfig = async () => {
    credential = plugin ? await plugin() : credential
    const key = credential.cert ?? ''
    // client-node caches the agent per user; a new certificate needs a new KubeConfig.
    if (built?.for !== key) built = { for: key, config: buildKubeConfig(connection, credential) }
    return built.config
  }
  return {
    kubeConfig,
    async requestOptions() {
      const config = await kubeConfig()
      const options: RequestOptions = {}
      await config.applyToHTTPSOptions(options)
      keepAlive(options.agent as Agent)
      const token = connection.token ?? (await fileToken?.()) ?? credential.token
      options.headers = {
        ...(options.headers as object),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...impersonationHeaders(connection),
      }
      return options
    },
    async refused() {
      if (!plugin) return false
      const before = credential
      credential = await plugin(before)
      return credential !== before
    },
  }
}

async function buildKubeConfig(connection: Connection, credential: Credential): Promise<KubeConfig> {
  const { KubeConfig } = await import('./client-node.ts')
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const cert = credential.cert ?? connection.cert
  const key = credential.key ?? connection.key
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: [
      {
        name: 'cluster',
        server: connection.server,
        // client-node refuses http:// servers unless told that TLS does not matter.
        skipTLSVerify: connection.insecure || connection.server.startsWith('http:'),
        ...(connection.ca ? { caData: base64(connection.ca) } : {}),
        ...(connection.tlsServerName ? { tlsServerName: connection.tlsServerName } : {}),
        ...(connection.proxyUrl ? { proxyUrl: connection.proxyUrl } : {}),
      },
    ],
    users: [
      {
        name: 'user',
        ...(cert ? { certData: base64(cert) } : {}),
        ...(key ? { keyData: base64(key) } : {}),
        ...(connection.username ? { username: connection.username, password: connection.password } : {}),
        ...(connection.authProvider ? { authProvider: connection.authProvider } : {}),
      },
    ],
    contexts: [{ name: 'context', cluster: 'cluster', user: 'user' }],
    currentContext: 'context',
  })
  return config
}

/** client-node makes agents that close after each request: twenty lists would be twenty TLS handshakes. */
function keepAlive(agent: Agent | undefined): void {
  if (agent) (agent as Agent & { keepAlive: boolean }).keepAlive = true
}

function tokenFromFile(path: string): () => Promise<string> {
  let read: { at: number; token: string } | undefined
  return async () => {
    if (read && Date.now() - read.at < tokenFileLife) return read.token
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new UserError(`unable to read tokenFile ${path}: ${error.code}`, 'Correct tokenFile in the kubeconfig.')
    })
    read = { at: Date.now(), token: text.trim() }
    return read.token
  }
}

/** Arrays become repeated header lines: joined with commas, the server would read two groups as one. */
function impersonationHeaders({ impersonate }: Connection): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  if (impersonate.user) headers['impersonate-user'] = impersonate.user
  if (impersonate.uid) headers['impersonate-uid'] = impersonate.uid
  if (impersonate.groups.length > 0) headers['impersonate-group'] = impersonate.groups
  for (const [key, values] of Object.entries(impersonate.extra)) {
    headers[`impersonate-extra-${encodeURIComponent(key).toLowerCase()}`] = values
  }
  return headers
}
