import type { ConnectionFlags, Images } from '../collect/session.ts'
import { UserError } from '../model.ts'
import type { Format } from '../report/render.ts'
import { duration } from './duration.ts'
import { plugin } from './name.ts'
import type { Asked } from './resource.ts'

/** What the flags hold after oclif read them. */
export type FlagValues = Record<string, string | string[] | boolean | undefined>

/** The packet of `--trace`, in the user's words. */
export interface Trace {
  from: string
  to: string
  port?: number
  protocol?: 'tcp' | 'udp' | 'sctp'
}

/** The command line, checked and typed. */
export interface Options {
  service?: string
  /** The port that clients dial, after the Service's name (`web:8080`). */
  port?: number
  connection: ConnectionFlags
  client?: string
  fromNodes?: string[]
  trace?: Trace
  from?: string
  save?: string
  nodeProbes: 'ask' | 'always' | 'never'
  yes: boolean
  plan: boolean
  cleanup: boolean
  images: Partial<Images>
  debugNamespace?: string
  podTimeout?: number
  timeout?: number
  format: Format
  noColor: boolean
  ascii: boolean
  noInput: boolean
  verbosity: number
}

/** Flags → options. Throws UserError for values that make no sense, alone or together. */
export function options(asked: Asked | undefined, flags: FlagValues): Options {
  const text = (name: string): string | undefined => (typeof flags[name] === 'string' ? flags[name] : undefined)
  const on = (name: string): boolean => flags[name] === true
  const time = (name: string): number | undefined =>
    text(name) === undefined ? undefined : duration(name, text(name) ?? '')
  const read = present<Options>({
    service: asked?.service,
    port: asked?.port,
    connection: connectionFlags(flags, time('request-timeout')),
    client: clientPod(text('client')),
    fromNodes: flags['from-node'] as string[] | undefined,
    trace: traced(text('trace')),
    from: text('from'),
    save: text('save'),
    nodeProbes: oneOf('node-probes', text('node-probes') ?? 'ask', ['ask', 'always', 'never']),
    yes: on('yes'),
    plan: on('plan'),
    cleanup: on('cleanup'),
    images: present<Partial<Images>>({
      client: text('client-image'),
      node: text('node-image'),
      registry: text('image-registry'),
      pullSecret: text('image-pull-secret'),
    }),
    debugNamespace: text('debug-namespace'),
    podTimeout: time('pod-timeout'),
    timeout: time('timeout'),
    format: text('output') === undefined ? 'text' : oneOf('output', text('output') ?? '', ['wide', 'json', 'yaml']),
    noColor: on('no-color'),
    ascii: on('ascii'),
    noInput: on('no-input'),
    verbosity: level(text('v') ?? '0'),
  })
  if (!asked && !read.from && !read.cleanup)
    throw new UserError(
      'the name of the Service is missing',
      `write '${plugin.usage} SERVICE -n NAMESPACE'; --help shows more`,
    )
  if (read.from && (read.save || read.plan || read.cleanup))
    throw new UserError('--from judges a saved run and touches no cluster', 'leave out --save, --plan and --cleanup')
  return read
}

function connectionFlags(flags: FlagValues, requestTimeout: number | undefined): ConnectionFlags {
  const { namespace, kubeconfig, context, cluster, user, server, token, as } = flags
  return present<ConnectionFlags>({
    ...{ namespace, kubeconfig, context, cluster, user, server, token, as },
    tlsServerName: flags['tls-server-name'],
    insecureSkipTlsVerify: flags['insecure-skip-tls-verify'],
    certificateAuthority: flags['certificate-authority'],
    clientCertificate: flags['client-certificate'],
    clientKey: flags['client-key'],
    asUid: flags['as-uid'],
    asGroup: flags['as-group'],
    asUserExtra: flags['as-user-extra'],
    requestTimeout,
  })
}

/** Without the keys that hold nothing: absent and undefined are two things under exactOptionalPropertyTypes. */
function present<T extends object>(values: { [K in keyof T]: unknown }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T
}

function clientPod(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const [, name] = /^(?:pods?\/|po\/)?([a-z0-9]([-a-z0-9.]*[a-z0-9])?)$/.exec(text) ?? []
  if (!name)
    throw new UserError(
      `invalid argument "${text}" for --client`,
      'write --client pod/NAME; the pod is looked for in the namespace of the Service',
    )
  return `pod/${name}`
}

// FROM, then a name or IPv4 address, [IPv6], or a bare IPv6 address; then :PORT and /PROTOCOL.
const traceForm =
  /^\s*(\S+)\s+([^\s[\]:/]+|\[([0-9a-f:.]+)\]|[0-9a-f]*:[0-9a-f:.]+(?=\s*$))(?::(\d{1,5})(?:\/(tcp|udp|sctp))?)?\s*$/i

function traced(text: string | undefined): Trace | undefined {
  if (text === undefined) return undefined
  const [, from, to, bracketed, port, protocol] = traceForm.exec(text) ?? []
  if (!from || !to)
    throw new UserError(
      `invalid argument "${text}" for --trace`,
      "write --trace 'NODE 10.96.0.10:53/udp' or --trace 'POD web:80'",
    )
  return {
    from,
    to: bracketed ?? to,
    ...(port ? { port: Number(port) } : {}),
    ...(protocol ? { protocol: protocol.toLowerCase() as NonNullable<Trace['protocol']> } : {}),
  }
}

function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value)
  if (!found) throw new UserError(`invalid argument "${value}" for --${flag}`, `allowed are ${allowed.join(', ')}`)
  return found
}

function level(text: string): number {
  if (!/^\d+$/.test(text))
    throw new UserError(`invalid argument "${text}" for -v: not a number`, 'use -v 4, -v 6 or -v 8')
  return Number(text)
}
