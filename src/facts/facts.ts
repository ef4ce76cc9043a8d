import type { Bundle, Cell, Known, Trouble } from '../model.ts'
import type { Neighbour } from '../parse/host.ts'
import type { ConntrackCount } from '../parse/probe.ts'
import type { Course, World } from '../walk/world.ts'
import { cellsFact } from './cells.ts'
import { settledCourses } from './chain-order.ts'
import {
  type CniFact,
  type ControlPlaneFact,
  cniFact,
  controlPlaneFact,
  type DnsFact,
  dnsFact,
  type NodeFact,
  nodesFact,
  type Placed,
  type ProxyFact,
  placed,
  proxyFact,
} from './cluster.ts'
import { type NodeDrift, nodeDrift } from './drift.ts'
import { type Ending, endingsFact } from './endings.ts'
import { type Endpoint, endpointsOf, type PortTargets, portTargets } from './endpoints.ts'
import type { Served } from './expected.ts'
import { holdersFact } from './holders.ts'
import type { EndpointSlice, KubeEvent, List, NetworkPolicy, Pod, Service, Workload } from './kube.ts'
import { type LogFact, logsFact } from './logs.ts'
import { type OverlayDrift, overlayDrifts } from './overlay-drift.ts'
import { ownClientFact } from './own-client.ts'
import { type Enforcer, enforcerFact } from './policies.ts'
import { mapKnown, type Reader, reader, valueOr } from './reader.ts'
import { type Resolver, resolversFact } from './resolvers.ts'
import { withoutReticence } from './reticent.ts'
import { trackingFact } from './tracking.ts'
import { everReady, lasting, type Turnover, turnoverFact } from './turnover.ts'
import { type Voice, voicesFact } from './voices.ts'
import { worldFact } from './world.ts'

/** Every value a check may read. A name here is what a check writes into `needs`. */
export interface Facts {
  service: Service
  /** EndpointSlice entries labelled for the Service. */
  endpoints: Endpoint[]
  ports: PortTargets[]
  /** Whether the endpoints changed while the run went on. */
  turnover: Turnover
  /** Pods of the Service's namespace. */
  pods: Placed<Pod>[]
  events: Placed<KubeEvent>[]
  services: Placed<Service>[]
  allServices: Placed<Service>[]
  namespaceSlices: Placed<EndpointSlice>[]
  deployments: Placed<Workload>[]
  policies: Placed<NetworkPolicy>[]
  /** The pod that the user named with --client. */
  ownClient: Placed<Pod> | undefined
  enforcer: Enforcer
  nodes: NodeFact[]
  /** Who answers on the nodes' networks for the Service's external addresses. */
  holders: Neighbour[]
  /** Pods of other namespaces that the Service's selector fits; asked for only where it fits none in its own, and may be forbidden. */
  elsewhere: Placed<Pod>[]
  dns: DnsFact
  proxy: ProxyFact
  cni: CniFact
  controlPlane: ControlPlaneFact
  /** Every resolv.conf that was read. */
  resolvers: Resolver[]
  /** Tails of agents' logs that were read. */
  logs: LogFact[]
  /** What each node's kube-proxy says of itself, where its node was looked at. */
  voices: Map<string, Voice>
  /** The Services that probes touch (the asked one, kube-dns, kubernetes), joined with their endpoints. */
  served: Served[]
  /** How far each node's kube-proxy rules are from what these Services ask for. */
  drifts: NodeDrift[]
  /** How far each node's part of the overlay is from what the Node objects say. */
  overlay: OverlayDrift[]
  /** How full each looked-at node's connection tracking table is. */
  tracking: Map<string, ConntrackCount & { path: string }>
  cells: Cell[]
  world: World
  /** Courses of every cell that is a packet's fate, by cell id. */
  courses: Map<string, Course[]>
  /** Cells whose courses hang on the order of base chains, which no dump tells and the probes settled. */
  hinged: Set<string>
  /** Where the packets of failed probes ended, with everyone who ended there. */
  endings: Ending[]
  /** For proofs: the reader over the bundle. */
  evidence: Reader
}

export type KnownFacts = { readonly [K in keyof Facts]: Known<Facts[K]> }

/** Reads the facts of a bundle; each is made when first asked for, and once. */
export function readFacts(bundle: Bundle): KnownFacts {
  const r = reader(bundle)
  const service = once(() => r.json<Service>('api/service.json'))
  const endpoints = once(() =>
    mapKnown(r.json<List<EndpointSlice>>('api/endpointslices.json'), (list) =>
      endpointsOf(r, 'api/endpointslices.json', list),
    ),
  )
  const ports = once(() => both(service(), endpoints(), (s, e) => portTargets(s, e)))
  const turnover = once(() => turnoverFact(r))
  const nodes = once(() => nodesFact(r))
  const pods = once(() => placed<Pod>(r, 'api/pods.json'))
  const dns = once(() => dnsFact(r))
  const cni = once(() => cniFact(r))
  let podList: Pod[] | undefined
  const everyPod = (): Pod[] => {
    podList ??= [
      ...valueOr(pods(), []).map((p) => p.object),
      ...valueOr(placed<Pod>(r, 'api/kube-system/pods.json'), []).map((p) => p.object),
      ...r
        .paths('api/cni/')
        .filter((path) => path.endsWith('/pods.json'))
        .flatMap((path) => valueOr(placed<Pod>(r, path), []).map((p) => p.object)),
    ]
    return podList
  }
  // nodes that may not be listed leave less to say, but do not silence what was seen otherwise
  const asRead = once((): Known<World> => ({ value: worldFact(r, valueOr(nodes(), []), everyPod()), from: [] }))
  const cells = once(() =>
    mapKnown(service(), (s) =>
      withoutReticence(
        cellsFact(
          r,
          directory(
            s,
            valueOr(ports(), []),
            valueOr(nodes(), []),
            everyPod(),
            valueOr<DnsFact | undefined>(dns(), undefined),
          ),
        ),
        valueOr(ports(), []),
        valueOr(pods(), []),
      ),
    ),
  )
  const walked = once(() => both(asRead(), cells(), (w, c) => settledCourses(w, c)))
  const world = once(() => {
    const known = mapKnown(walked(), ({ world }) => world)
    return 'missing' in known ? asRead() : known
  })
  const courses = once(() => mapKnown(walked(), ({ courses }) => courses))
  const served = once(() =>
    both(service(), ports(), (s, p): Served[] => {
      const all = [{ service: s, ports: p }]
      const d = valueOr<DnsFact | undefined>(dns(), undefined)
      if (d?.service) all.push({ service: d.service, ports: portTargets(d.service, d.endpoints) })
      const api = valueOr(placed<Service>(r, 'api/all-services.json'), []).find(
        (o) => o.object.metadata.namespace === 'default' && o.object.metadata.name === 'kubernetes',
      )?.object
      const plane = valueOr<ControlPlaneFact | undefined>(controlPlaneFact(r), undefined)
      if (api && plane) all.push({ service: api, ports: portTargets(api, plane.apiServers) })
      return all.filter(
        (one, i) =>
          all.findIndex(
            (o) =>
              o.service.metadata.name === one.service.metadata.name &&
              o.service.metadata.namespace === one.service.metadata.namespace,
          ) === i,
      )
    }),
  )
  const getters: { [K in keyof Facts]: () => Known<Facts[K]> } = {
    service,
    endpoints,
    ports,
    turnover,
    pods,
    events: once(() => placed<KubeEvent>(r, 'api/events.json')),
    services: once(() => placed<Service>(r, 'api/services.json')),
    allServices: once(() => placed<Service>(r, 'api/all-services.json')),
    namespaceSlices: once(() => placed<EndpointSlice>(r, 'api/namespace-endpointslices.json')),
    deployments: once(() => placed<Workload>(r, 'api/deployments.json')),
    policies: once(() => placed<NetworkPolicy>(r, 'api/networkpolicies.json')),
    ownClient: once(() => ownClientFact(r)),
    enforcer: once(() => enforcerFact(r)),
    nodes,
    dns,
    proxy: once(() => proxyFact(r)),
    cni,
    controlPlane: once(() => controlPlaneFact(r)),
    resolvers: once(() => resolversFact(r)),
    logs: once(() => logsFact(r)),
    voices: once(() => voicesFact(r)),
    served,
    drifts: once(() =>
      both(
        both(world(), served(), (w, s) => [w, s] as const),
        both(endpoints(), turnover(), (e, t) => [e, t] as const),
        ([w, s], [e, t]) => {
          const asked = s[0]
          const all = [...w.nodes.values()]
          if (!asked || t.rewritten.length === 0) return all.flatMap((n) => nodeDrift(n, s, w.nodeAddresses, r) ?? [])
          const { namespace, name } = asked.service.metadata
          const ever = [{ ...asked, ports: portTargets(asked.service, everReady(e, t)) }, ...s.slice(1)]
          return all
            .flatMap((n) => nodeDrift(n, ever, w.nodeAddresses, r) ?? [])
            .map((n) => ({ ...n, drifts: lasting(n.drifts, `${namespace}/${name}`) }))
        },
      ),
    ),
    overlay: once(() =>
      both(
        both(world(), nodes(), (w, n) => [w, n] as const),
        cni(),
        ([w, n], c) => overlayDrifts(w, n, c, r),
      ),
    ),
    tracking: once(() => trackingFact(r)),
    elsewhere: once(() => ({
      value: valueOr(placed<Pod>(r, 'api/pods-elsewhere.json'), []),
      from: ['api/pods-elsewhere.json'],
    })),
    holders: once(() => holdersFact(r, valueOr(service(), undefined))),
    cells,
    world,
    courses,
    hinged: once(() => mapKnown(walked(), ({ hinged }) => hinged)),
    endings: once(() => both(cells(), courses(), (c, w) => endingsFact(c, w))),
    evidence: () => ({ value: r, from: [] }),
  }
  return Object.defineProperties(
    {},
    Object.fromEntries(Object.entries(getters).map(([name, get]) => [name, { get, enumerable: true }])),
  ) as KnownFacts
}

/** A fact whose reader throws is our mistake, not the cluster's: it becomes unknown and says so, and the run goes on. */
function once<T>(make: () => Known<T>): () => Known<T> {
  let known: Known<T> | undefined
  return () => {
    if (known) return known
    try {
      known = make()
    } catch (error) {
      const trouble: Trouble = {
        kind: 'unreadable',
        text: `svc-debug failed to read this (please report): ${(error as Error).stack ?? error}`,
      }
      known = { missing: trouble, from: [] }
    }
    return known
  }
}

function both<A, B, T>(a: Known<A>, b: Known<B>, f: (a: A, b: B) => T): Known<T> {
  if ('missing' in a) return a
  if ('missing' in b) return b
  return { value: f(a.value, b.value), from: [...a.from, ...b.from] }
}

function directory(service: Service, ports: PortTargets[], nodes: NodeFact[], pods: Pod[], dns: DnsFact | undefined) {
  const byAddress = new Map<string, { name: string; node: string }>()
  for (const pod of pods)
    if (!pod.spec.hostNetwork && pod.spec.nodeName)
      for (const { ip } of pod.status?.podIPs ?? [])
        if (pod.status?.phase === 'Running' || !byAddress.has(ip))
          byAddress.set(ip, { name: `${pod.metadata.namespace}/${pod.metadata.name}`, node: pod.spec.nodeName })
  const { name, namespace = 'default' } = service.metadata
  const domain = dns?.domain ?? 'cluster.local'
  return {
    service,
    serviceNames: [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.${domain}`],
    ports,
    nodes: new Map(nodes.flatMap((n) => n.addresses.map((a) => [a, n.name] as const))),
    pods: byAddress,
  }
}
