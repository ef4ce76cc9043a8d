import type { VirtualServer } from '../parse/host.ts'
import type { NodeState } from '../walk/world.ts'
import type { Drift } from './drift.ts'
import { expectedServices, type Served } from './expected.ts'
import type { Reader } from './reader.ts'

/** The device that holds the addresses of all Services in IPVS mode. */
const DEVICE = 'kube-ipvs0'

/** One virtual server that the Services ask for, and where it must lead. */
interface Wanted {
  ip: string
  port: number
  protocol: string
  /** `address:port` of the endpoints it must have. */
  endpoints: string[]
  /** Others that it may have: with externalTrafficPolicy Local all endpoints stand in for local ones that do not exist. */
  allowed: string[]
  /** The address must be on the device. */
  onDevice: boolean
  service: string
  servicePort: string
}

/**
 * Compares the virtual servers of IPVS mode and the addresses of its device with what the Services ask for. `owners`: node by
 * address; at its own a node has its node ports (at other local addresses too, but later). IPv4 only.
 */
export function ipvsDrift(
  state: NodeState,
  served: readonly Served[],
  owners: ReadonlyMap<string, string>,
  r: Reader,
): Drift[] {
  if ('missing' in state.ipvs) return []
  const { path, value: servers } = state.ipvs
  const local = 'missing' in state.addresses ? [] : state.addresses.value
  const own = local.map((one) => one.address).filter((ip) => owners.get(ip) === state.name)
  return wantedServers(state.name, served, own).flatMap((wanted) => {
    const { ip, port, protocol, service, servicePort } = wanted
    const what = `${ip}:${port}/${protocol} (${service}:${servicePort})`
    const drift = (
      kind: Drift['kind'],
      says: string,
      at: VirtualServer | VirtualServer['servers'][number] | undefined,
    ) => ({
      ...{ kind, node: state.name, service, port: servicePort, says },
      proof: [r.proofLine(path, at?.line ?? 1)],
    })
    const server = servers.find((one) => one.protocol === protocol && one.address === ip && one.port === port)
    if (!server) return [drift('virtual-server', `On ${state.name} IPVS has no virtual server for ${what}.`, undefined)]
    const found = wanted.onDevice ? addressDrift(state, wanted, r) : []
    // a server of weight 0 only ends what is open (graceful termination)
    const active = server.servers.filter((one) => one.weight > 0)
    const name = (one: { address: string; port: number }) => `${one.address}:${one.port}`
    const missing = wanted.endpoints.filter((text) => !active.some((one) => name(one) === text))
    const surplus = active.filter((one) => !wanted.endpoints.includes(name(one)) && !wanted.allowed.includes(name(one)))
    if (wanted.endpoints.length > 0 && active.length === 0)
      found.push({
        ...drift(
          'virtual-server',
          `On ${state.name} the virtual server ${what} leads to no endpoint, but there are ${wanted.endpoints.length}.`,
          server,
        ),
        emptied: true,
      })
    else
      for (const text of missing)
        found.push(
          drift(
            'endpoint-missing',
            `On ${state.name} the virtual server ${what} does not lead to its ready endpoint ${text}.`,
            server,
          ),
        )
    for (const one of surplus)
      found.push(
        drift(
          'endpoint-gone',
          `On ${state.name} the virtual server ${what} still leads to ${name(one)}, which is no endpoint any more.`,
          one,
        ),
      )
    return found
  })
}

function wantedServers(node: string, served: readonly Served[], own: readonly string[]): Wanted[] {
  return expectedServices(served, node, 4).flatMap((service) =>
    service.ports.flatMap((port) => {
      const text = (some: typeof port.endpoints) => some.map((e) => `${e.address}:${e.port}`)
      const local = port.endpoints.filter((e) => e.local)
      const base = {
        port: port.port,
        protocol: port.protocol,
        service: `${service.namespace}/${service.name}`,
        servicePort: port.name || String(port.port),
      }
      const inside = {
        ...base,
        endpoints: text(service.internalLocal ? local : port.endpoints),
        allowed: [],
        onDevice: true,
      }
      const outside = {
        ...base,
        endpoints: text(service.externalLocal ? local : port.endpoints),
        allowed: text(port.endpoints),
      }
      return [
        ...service.clusterIps.map((ip) => ({ ...inside, ip })),
        ...[...service.externalIps, ...service.balancerIps].map((ip) => ({
          ...outside,
          ip,
          onDevice: !own.includes(ip),
        })),
        ...(port.nodePort ? own.map((ip) => ({ ...outside, ip, port: port.nodePort!, onDevice: false })) : []),
      ]
    }),
  )
}

/** Without the address on the device, packets of pods and from outside are not local and never meet the virtual server. */
function addressDrift(state: NodeState, { ip, service, servicePort }: Wanted, r: Reader): Drift[] {
  if ('missing' in state.addresses || state.addresses.value.some((one) => one.address === ip)) return []
  const { path, value } = state.addresses
  const line = value.find((one) => one.dev === DEVICE)?.line ?? 1
  return [
    {
      kind: 'virtual-server',
      node: state.name,
      service,
      port: servicePort,
      says: `On ${state.name} the address ${ip} (${service}) is not on ${DEVICE}, so packets of pods and from outside pass IPVS by.`,
      proof: [r.proofLine(path, line)],
    },
  ]
}
