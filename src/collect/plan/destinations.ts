import { isIP } from 'node:net'
import type { ServicePort } from '../../facts/kube.ts'
import type { Vantage } from '../../model.ts'
import type { ConnectTarget } from './connect-script.ts'
import type { Stage } from './stage.ts'

const mostEndpoints = 20
const kubeletPort = 10250

/**
 * Everything that is tried from a vantage: each way to reach the Service, each endpoint by itself (ready or not: readiness probes
 * hide node faults), and the controls that split faults. `nodes` are the nodes in play.
 */
export function destinations(stage: Stage, nodes: string[], from: Vantage): ConnectTarget[] {
  const addresses = nodeAddresses(stage, nodes)
  return [
    ...stage.ports.flatMap((port) => serviceTargets(stage, port.port, addresses, from)),
    ...dialledTargets(stage),
    ...endpointTargets(stage),
    ...healthCheck(stage, addresses),
    ...controls(stage, addresses, from),
  ]
}

function serviceTargets(stage: Stage, port: ServicePort, nodes: [string, string][], from: Vantage): ConnectTarget[] {
  const protocol = (port.protocol ?? 'TCP').toLowerCase()
  if (protocol !== 'tcp' && protocol !== 'udp') return []
  const how = protocol === 'udp' ? (port.port === 53 ? 'dns' : 'udp') : isTls(port) ? 'https' : 'http'
  const usable = stage.ports.find((item) => item.port === port)?.usable.length ?? 0
  const make = (kind: ConnectTarget['kind'], ip: string, number: number, tries: number): ConnectTarget => ({
    kind,
    protocol,
    ip,
    port: number,
    tries,
    how,
  })
  // A fault of one endpoint among n shows in 1/n of the tries: four tries per endpoint miss it in 2 % of runs.
  const many = Math.min(24, Math.max(8, 4 * usable))
  const spec = stage.service?.spec
  const ingress = (stage.service?.status?.loadBalancer?.ingress ?? []).flatMap((item) => (item.ip ? [item.ip] : []))
  return [
    ...stage.clusterIps.map((ip) => make('cluster-ip', ip, port.port, many)),
    // A headless Service's name leads to the pods themselves: clients dial its port there, untranslated.
    ...(spec?.clusterIP === 'None'
      ? (stage.ports.find((item) => item.port === port)?.usable ?? [])
          .slice(0, 4)
          .map(({ endpoint }) => ({ ...make('cluster-ip', endpoint.address, port.port, 2), variant: 'headless' }))
      : []),
    ...(spec?.externalIPs ?? []).flatMap((ip) => [
      make('external-ip', ip, port.port, 4),
      // A port that the Service does not have is not translated: it shows whether anybody out there holds the address.
      { ...make('external-ip', ip, unusedPort(spec?.ports ?? []), 2), variant: 'holder' },
    ]),
    ...ingress.map((ip) => make('load-balancer', ip, port.port, 4)),
    ...(port.nodePort ? nodePortAddresses(stage, nodes).map((ip) => make('node-port', ip, port.nodePort!, 4)) : []),
    // Another path of its own: needs route_localnet, and works in iptables mode only.
    ...(port.nodePort && from.kind === 'host'
      ? [{ ...make('node-port', '127.0.0.1', port.nodePort, 1), variant: 'localhost' }]
      : []),
  ]
}

/** The port that the user says clients dial, where the Service does not have it. */
function dialledTargets({ dialledPort: port, service, clusterIps }: Stage): ConnectTarget[] {
  if (port === undefined || service?.spec.ports?.some((own) => own.port === port)) return []
  return clusterIps.map((ip) => ({
    kind: 'cluster-ip',
    variant: 'dialled',
    protocol: 'tcp',
    ip,
    port,
    tries: 2,
    how: 'http',
  }))
}

/** The nodes' addresses of each family that the Service has. */
function nodePortAddresses(stage: Stage, nodes: [string, string][]): string[] {
  const families = stage.service?.spec.ipFamilies ?? []
  return nodes.flatMap(([name, first]) => {
    const all = stage.nodes.find((node) => node.name === name)?.internalIps ?? [first]
    const served = all.filter((ip) => families.includes(isIP(ip) === 6 ? 'IPv6' : 'IPv4'))
    return served.length > 0 ? served : [first]
  })
}

/** A well-known port that nearly nobody serves (discard), and none of the Service's. */
function unusedPort(ports: ServicePort[]): number {
  return [9, 19, 13].find((port) => !ports.some((own) => own.port === port)) ?? 1
}

function endpointTargets(stage: Stage): ConnectTarget[] {
  const seen = new Set<string>()
  const found: ConnectTarget[] = []
  for (const { targets, protocol, port } of stage.ports) {
    if (protocol === 'sctp') continue
    for (const { endpoint, port: number } of targets) {
      const key = `${protocol} ${endpoint.address} ${number}`
      if (seen.has(key) || isIP(endpoint.address) === 0 || found.length >= 2 * mostEndpoints) continue
      seen.add(key)
      const how = protocol === 'udp' ? (number === 53 ? 'dns' : 'udp') : isTls(port) ? 'https' : 'http'
      const target: ConnectTarget = { kind: 'endpoint', protocol, ip: endpoint.address, port: number, tries: 2, how }
      found.push(target)
      if (protocol === 'tcp')
        found.push({ ...target, variant: 'large', tries: 1, how: how === 'https' ? 'https-large' : 'http-large' })
    }
  }
  return found
}

/** The load balancer's health check: which nodes say that they hold an endpoint. */
function healthCheck(stage: Stage, nodes: [string, string][]): ConnectTarget[] {
  const port = stage.service?.spec.healthCheckNodePort
  if (!port) return []
  return nodes.map(([, ip]) => ({
    kind: 'node-port',
    variant: 'health',
    protocol: 'tcp',
    ip,
    port,
    tries: 2,
    how: 'http',
  }))
}

function controls(stage: Stage, nodes: [string, string][], from: Vantage): ConnectTarget[] {
  const tcp = (kind: ConnectTarget['kind'], ip: string, port: number, tries = 2, variant?: string): ConnectTarget => ({
    kind,
    protocol: 'tcp',
    ip,
    port,
    tries,
    // TLS servers answer plain HTTP with one short refusal, which is all that a control needs. For large packets the handshake is
    // made, as the certificate takes more than one full packet on the way back.
    how: variant === 'large' ? 'https-large' : 'http',
    ...(variant ? { variant } : {}),
  })
  return [
    ...(stage.apiService ? [tcp('api', stage.apiService.ip, stage.apiService.port)] : []),
    ...stage.apiServers.map(({ ip, port }) => tcp('api-endpoint', ip, port)),
    ...nodes.map(([, ip]) => tcp('node', ip, kubeletPort)),
    ...podGateways(stage, nodes).flatMap(([node, ip]) =>
      // From the node's own host this is a local address and says nothing of the overlay.
      from.kind === 'host' && from.node === node
        ? []
        : [tcp('pod-gateway', ip, kubeletPort), tcp('pod-gateway', ip, kubeletPort, 1, 'large')],
    ),
  ]
}

/** The bridge address of a node's pod network, where the CNI is flannel: the first address of its pod CIDR. */
export function podGateways(stage: Stage, nodes: [string, string][]): [string, string][] {
  return nodes.flatMap(([name]): [string, string][] => {
    const node = stage.nodes.find((item) => item.name === name)
    const flannel = Object.keys(node?.object.metadata.annotations ?? {}).some((key) =>
      key.startsWith('flannel.alpha.coreos.com/'),
    )
    const base = /^(\d+\.\d+\.\d+)\.0\/(1[6-9]|2\d)$/.exec(node?.podCidrs[0] ?? '')
    return flannel && base ? [[name, `${base[1]}.1`]] : []
  })
}

/** Node name and first internal address of the nodes in play. */
export function nodeAddresses(stage: Stage, nodes: string[]): [string, string][] {
  return nodes.flatMap((name): [string, string][] => {
    const ip = stage.nodes.find((node) => node.name === name)?.internalIps[0]
    return ip === undefined ? [] : [[name, ip]]
  })
}

function isTls(port: ServicePort): boolean {
  return port.appProtocol === 'https' || port.port === 443 || port.targetPort === 443 || /^https/.test(port.name ?? '')
}
