import type { Known, Proof } from '../model.ts'
import type { ResolvConf } from '../parse/probe.ts'
import { parseResolvConf } from '../parse/resolv-conf.ts'
import type { Reader } from './reader.ts'

/** The resolver settings of one client. */
export interface Resolver {
  /** Whose: our client pod on a node, the node itself, or a pod of the user. */
  kind: 'client' | 'host' | 'pod'
  /** Node name, or `namespace/name` of the pod. */
  name: string
  conf: ResolvConf
  path: string
  proof(line: number): Proof
}

const KINDS: Record<string, Resolver['kind']> = { clients: 'client', nodes: 'host', pods: 'pod' }

/** Every resolv.conf that was read. */
export function resolversFact(r: Reader): Known<Resolver[]> {
  const found = [...r.bundle.evidence.keys()]
    .filter((path) => path.endsWith('/resolv.txt'))
    .flatMap((path): Resolver[] => {
      const text = r.text(path)
      const [folder = '', first = '', second = ''] = path.split('/')
      const kind = KINDS[folder]
      if ('missing' in text || !kind) return []
      return [
        {
          kind,
          name: kind === 'pod' ? `${first}/${second}` : first,
          conf: parseResolvConf(text.value).value,
          path,
          proof: (line) => r.proofLine(path, line),
        },
      ]
    })
  return { value: found, from: found.map((f) => f.path) }
}

/** The first nameserver of a resolver that asks neither the cluster DNS nor a node-local cache (169.254…); undefined where it does. */
export function onlyForeign(resolver: Resolver | undefined, dns: { clusterIps: string[] }) {
  const servers = resolver?.conf.nameservers ?? []
  const own = (address: string) => dns.clusterIps.includes(address) || address.startsWith('169.254.')
  return servers.some(({ address }) => own(address)) ? undefined : servers[0]
}
