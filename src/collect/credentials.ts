import { UserError } from '../model.ts'
import type { ExecConfig } from './kubeconfig.ts'
import type { Terminal } from './session.ts'

/** What a credential plugin gave: a bearer token, a client certificate, or both. */
export interface Credential {
  token?: string
  cert?: string
  key?: string
  /** Milliseconds since the epoch. */
  expires?: number
}

export interface PluginContext {
  env: NodeJS.ProcessEnv
  terminal: Terminal
  signal: AbortSignal
  /** For plugins with `provideClusterInfo`. */
  cluster: {
    server: string
    ca?: string
    tlsServerName?: string
    insecure: boolean
    proxyUrl?: string
    config?: unknown
  }
}

/** A token that ends within this time is renewed before use. */
const skew = 10_000

/**
 * Runs a credential plugin when first needed, once for all who wait (client-go plugin/pkg/client/auth/exec), and again when its
 * credential is about to expire or `refresh` says that the server refused it.
 */
export function pluginCredentials(
  config: ExecConfig,
  context: PluginContext,
): (refresh?: Credential) => Promise<Credential> {
  let current: Promise<Credential> | undefined
  let value: Credential | undefined
  return async (refused) => {
    const stale = value !== undefined && (refused === value || (value.expires ?? Infinity) - skew < Date.now())
    if (current === undefined || stale) {
      value = undefined
      current = runPlugin(config, context).then(
        (credential) => {
          value = credential
          return credential
        },
        (error) => {
          current = undefined
          throw error
        },
      )
    }
    return current
  }
}

async function runPlugin(config: ExecConfig, context: PluginContext): Promise<Credential> {
  const mode = config.interactiveMode ?? 'IfAvailable'
  const interactive = mode !== 'Never' && context.terminal.interactive
  if (mode === 'Always' && !interactive) {
    throw new UserError(
      `the credential plugin ${config.command} needs a terminal (interactiveMode: Always)`,
      'Run the command in a terminal, or use a kubeconfig with other credentials.',
    )
  }
  const { execa } = await import('execa')
  context.terminal.pause?.()
  const result = await execa(config.command, config.args ?? [], {
    reject: false,
    env: pluginEnvironment(config, context, interactive),
    extendEnv: false,
    stdin: interactive ? 'inherit' : 'ignore',
    stdout: 'pipe',
    // Device-code prompts are written to stderr; hidden, the process would just wait.
    stderr: 'inherit',
    cancelSignal: context.signal,
    ...(interactive ? {} : { timeout: 60_000 }),
  }).finally(() => context.terminal.resume?.())
  if (result.failed) throw pluginFailure(config, result)
  return readCredential(config, String(result.stdout))
}

function pluginEnvironment(config: ExecConfig, context: PluginContext, interactive: boolean): NodeJS.ProcessEnv {
  const { cluster } = context
  const info = {
    kind: 'ExecCredential',
    apiVersion: config.apiVersion ?? 'client.authentication.k8s.io/v1',
    spec: {
      ...(config.provideClusterInfo
        ? {
            cluster: {
              server: cluster.server,
              ...(cluster.tlsServerName ? { 'tls-server-name': cluster.tlsServerName } : {}),
              ...(cluster.insecure ? { 'insecure-skip-tls-verify': true } : {}),
              ...(cluster.ca ? { 'certificate-authority-data': Buffer.from(cluster.ca).toString('base64') } : {}),
              ...(cluster.proxyUrl ? { 'proxy-url': cluster.proxyUrl } : {}),
              ...(cluster.config === undefined ? {} : { config: cluster.config }),
            },
          }
        : {}),
      interactive,
    },
  }
  const own = Object.fromEntries((config.env ?? []).map(({ name, value }) => [name, value]))
  return { ...context.env, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) }
}

function pluginFailure(
  config: ExecConfig,
  result: { code?: string | undefined; exitCode?: number | undefined; timedOut: boolean },
) {
  const hint = config.installHint?.trim()
  if (result.code === 'ENOENT') {
    return new UserError(
      `executable ${config.command} not found: the kubeconfig names it as credential plugin`,
      hint || `Install ${config.command} and make sure that it is in PATH.`,
    )
  }
  const how = result.timedOut
    ? 'gave no credential within 60 s'
    : result.exitCode === undefined
      ? 'was stopped'
      : `failed with exit code ${result.exitCode}`
  return new UserError(
    `getting credentials: exec: executable ${config.command} ${how}`,
    hint || `Run ${[config.command, ...(config.args ?? [])].join(' ')} by hand to see why.`,
  )
}

function readCredential(config: ExecConfig, stdout: string): Credential {
  const bad = (why: string) =>
    new UserError(
      `getting credentials: the plugin ${config.command} ${why}`,
      'Check apiVersion in the exec section of the kubeconfig against what the plugin prints.',
    )
  let answer: { kind?: string; apiVersion?: string; status?: Record<string, string> }
  try {
    answer = JSON.parse(stdout)
  } catch {
    throw bad('printed no JSON')
  }
  if (answer?.kind !== 'ExecCredential') throw bad(`printed kind ${JSON.stringify(answer?.kind)}, not ExecCredential`)
  if (config.apiVersion && answer.apiVersion !== config.apiVersion) {
    throw bad(`printed ${answer.apiVersion}, the kubeconfig asks for ${config.apiVersion}`)
  }
  const status = answer.status ?? {}
  if (!status.token && !(status.clientCertificateData && status.clientKeyData))
    throw bad('gave neither token nor certificate')
  const expires = status.expirationTimestamp ? Date.parse(status.expirationTimestamp) : Number.NaN
  return {
    ...(status.token ? { token: status.token } : {}),
    ...(status.clientCertificateData ? { cert: status.clientCertificateData } : {}),
    ...(status.clientKeyData ? { key: status.clientKeyData } : {}),
    ...(Number.isNaN(expires) ? {} : { expires }),
  }
}
