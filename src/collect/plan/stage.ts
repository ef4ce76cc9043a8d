import { type DnsFact, dnsFact, type NodeFact, nodesFact } from '../../facts/cluster.ts'
import { type Endpoint, endpointsOf, type PortTargets, portTargets } from '../../facts/endpoints.ts'
import type { EndpointSlice, List, Pod, Service } from '../../facts/kube.ts'
import { type Reader, reader, valueOr } from '../../facts/reader.ts'
import type { Bundle } from '../../model.ts'
import { known, knownItems } from './known.ts'

/** What probes are planned from: the Service, where its traffic may go, and the nodes that matter. */
export interface Stage {
  service?: Service
  /** Endpoints without those on their way out. */
  endpoints: Endpoint[]
  ports: PortTargets[]
  /** Nodes on which a pod can run at all: Linux, no virtual kubelet. */
  nodes: NodeFact[]
  dns?: DnsFact
  clusterIps: string[]
  /** `kubernetes` Service's address and port, and the API servers themselves. */
  apiService?: { ip: string; port: number }
  apiServers: { ip: string; port: number }[]
  /** Node of the pod named with --client. */
  clientNode?: string
  /** The port that the user says clients dial. */
  dialledPort?: number
  clusterDomain: string
}

/** Reads the stage from the answers of the first round; what could not be read is simply not probed. */
export function stageOf(bundle: Bundle): Stage {
  // Plans cite nothing, and finding the line of each of a thousand endpoints would take seconds.
  const r: Reader = { ...reader(bundle), proofAt: (path) => ({ path }) }
  const service = known<Service>(bundle, 'api/service.json')
  const path = 'api/endpointslices.json'
  const slices = known<List<EndpointSlice>>(bundle, path)
  const endpoints = slices ? endpointsOf(r, path, slices).filter((endpoint) => !endpoint.terminating) : []
  const dns = valueOr<DnsFact | undefined>(dnsFact(r), undefined)
  const kubernetes = knownItems<Service>(bundle, 'api/all-services.json').find(
    ({ metadata }) => metadata.namespace === 'default' && metadata.name === 'kubernetes',
  )
  const stage: Stage = {
    endpoints,
    ports: service ? portTargets(service, endpoints) : [],
    nodes: valueOr<NodeFact[]>(nodesFact(r), nodesOfPods(bundle, endpoints)).filter(canRunPods),
    clusterIps: realIps(service?.spec.clusterIPs ?? [service?.spec.clusterIP ?? '']),
    apiServers: apiServers(bundle),
    clusterDomain: dns?.domain || 'cluster.local',
  }
  if (service) stage.service = service
  if (dns) stage.dns = dns
  const apiIp = realIps([kubernetes?.spec.clusterIP ?? ''])[0]
  if (apiIp) stage.apiService = { ip: apiIp, port: kubernetes?.spec.ports?.[0]?.port ?? 443 }
  const client = clientPod(bundle)
  if (client?.spec.nodeName) stage.clientNode = client.spec.nodeName
  if (bundle.target.port !== undefined) stage.dialledPort = bundle.target.port
  return stage
}

/** The pod named with --client, where it exists. */
export function clientPod(bundle: Bundle): Pod | undefined {
  const name = bundle.target.client?.replace(/^pods?\//, '')
  if (name === undefined) return undefined
  return knownItems<Pod>(bundle, 'api/pods.json').find((pod) => pod.metadata.name === name)
}

function realIps(ips: string[]): string[] {
  return ips.filter((ip) => ip !== '' && ip !== 'None')
}

/** Without the right to list nodes: those that pods of the namespace name, with the address that their status tells. */
function nodesOfPods(bundle: Bundle, endpoints: Endpoint[]): NodeFact[] {
  const addresses = new Map<string, string>(
    endpoints.flatMap((endpoint) => (endpoint.node ? [[endpoint.node, ''] as const] : [])),
  )
  for (const { spec, status } of knownItems<Pod>(bundle, 'api/pods.json')) {
    if (spec.nodeName) addresses.set(spec.nodeName, status?.hostIP ?? '')
  }
  return [...addresses].map(([name, ip], index) => ({
    name,
    internalIps: realIps([ip]),
    addresses: realIps([ip]),
    podCidrs: [],
    ready: 'True',
    windows: false,
    object: { metadata: { name } },
    index,
  }))
}

/** Virtual kubelets and Fargate have no host network to look at, and no node of their own to start a pod on. */
function canRunPods(node: NodeFact): boolean {
  const labels = node.object.metadata.labels ?? {}
  return !node.windows && labels.type !== 'virtual-kubelet' && labels['eks.amazonaws.com/compute-type'] !== 'fargate'
}

function apiServers(bundle: Bundle): { ip: string; port: number }[] {
  const slices = knownItems<EndpointSlice>(bundle, 'api/api-server/endpointslices.json')
  return slices.flatMap((slice) =>
    (slice.endpoints ?? []).flatMap((endpoint) =>
      endpoint.addresses.slice(0, 1).map((ip) => ({ ip, port: slice.ports?.[0]?.port ?? 6443 })),
    ),
  )
}
