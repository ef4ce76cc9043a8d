import { openAuth } from '../../src/collect/auth.ts'
import type { Cluster } from '../../src/collect/cluster.ts'
import { resolveConnection } from '../../src/collect/connection.ts'
import { type HttpOptions, openHttp } from '../../src/collect/http.ts'
import type { UserEntry } from '../../src/collect/kubeconfig.ts'
import type { ConnectionFlags } from '../../src/collect/session.ts'

export interface Connected extends Cluster {
  warnings: string[]
  traces: string[]
}

/** A Cluster that talks to a fake API server. */
export async function connectTo(
  server: string,
  more: {
    user?: UserEntry
    flags?: ConnectionFlags
    signal?: AbortSignal
    timeout?: number
    interactive?: boolean
  } = {},
): Promise<Connected> {
  const config = {
    currentContext: 'c',
    clusters: new Map([['c', { server }]]),
    users: new Map([['u', more.user ?? {}]]),
    contexts: new Map([['c', { cluster: 'c', user: 'u' }]]),
    files: [],
  }
  const connection = await resolveConnection(config, more.flags ?? {}, {})
  const signal = more.signal ?? new AbortController().signal
  const auth = openAuth(connection, {
    env: process.env,
    terminal: { interactive: more.interactive ?? false },
    signal,
    cluster: { server, insecure: false },
  })
  const warnings: string[] = []
  const traces: string[] = []
  const options: HttpOptions = {
    server,
    auth,
    userAgent: 'test',
    signal,
    timeout: more.timeout ?? 5000,
    warn: (text) => warnings.push(text),
    trace: (level, text) => traces.push(`${level} ${text}`),
  }
  return {
    http: openHttp(options),
    auth,
    server,
    images: { client: 'client:1', node: 'node:1' },
    run: 'run0',
    creator: 'tester',
    deaf: new Set(),
    pods: { made: 0 },
    signal,
    trace: options.trace,
    warnings,
    traces,
  }
}
