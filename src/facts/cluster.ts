import type { Known, Proof } from '../model.ts'
import { type Endpoint, endpointsOf } from './endpoints.ts'
import type { ConfigMap, EndpointSlice, Lease, List, Node, Pod, Service, ServiceCidr, Workload } from './kube.ts'
import { matchesMap, matchesSelector } from './labels.ts'
import { mapKnown, type Reader, valueOr } from './reader.ts'

/** A pod together with where it stands in the evidence. */
export interface Placed<T> {
  object: T
  path: string
  index: number
  proof: Proof
}

/** Items of a list answer, each with its place. */
export function placed<T>(r: Reader, path: string): Known<Placed<T>[]> {
  return mapKnown(r.json<List<T>>(path), (list) =>
    (list.items ?? []).map((object, index) => ({
      object,
      path,
      index,
      proof: r.proofAt(path, 'items', index, 'metadata', 'name'),
    })),
  )
}

export interface NodeFact {
  name: string
  internalIps: string[]
  addresses: string[]
  podCidrs: string[]
  /** Status of the Ready condition: `True`, `False`, `Unknown`, or '' where there is none. */
  ready: string
  windows: boolean
  object: Node
  index: number
}

/** The nodes with their addresses, pod CIDRs and readiness. */
export function nodesFact(r: Reader): Known<NodeFact[]> {
  return mapKnown(r.json<List<Node>>('api/nodes.json'), (list) =>
    list.items.map((object, index) => ({
      name: object.metadata.name,
      internalIps: (object.status?.addresses ?? []).filter((a) => a.type === 'InternalIP').map((a) => a.address),
      addresses: (object.status?.addresses ?? []).filter((a) => a.type !== 'Hostname').map((a) => a.address),
      podCidrs: object.spec?.podCIDRs ?? (object.spec?.podCIDR ? [object.spec.podCIDR] : []),
      ready: object.status?.conditions?.find((c) => c.type === 'Ready')?.status ?? '',
      windows: object.status?.nodeInfo?.operatingSystem === 'windows',
      object,
      index,
    })),
  )
}

/** Whether a pod's Ready condition is True; the READY column alone can lie for minutes on a dead node. */
export function podReady(pod: Pod): boolean {
  return pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false
}

export interface DnsFact {
  service?: Service
  clusterIps: string[]
  endpoints: Endpoint[]
  pods: Placed<Pod>[]
  /** Corefile text and the bundle path of its ConfigMap. */
  corefile?: { text: string; path: string }
  /** Cluster domain as CoreDNS serves it; `cluster.local` where the Corefile could not be read. */
  domain: string
  deployment?: Placed<Workload>
}

/** The cluster's DNS: Service kube-dns, its endpoints, the CoreDNS pods and their Corefile. */
export function dnsFact(r: Reader): Known<DnsFact> {
  const slices = r.json<List<EndpointSlice>>('api/dns/endpointslices.json')
  if ('missing' in slices) return slices
  const service = r.json<Service>('api/dns/service.json')
  if ('missing' in service && service.missing.kind !== 'not-found') return service
  const found = 'value' in service ? service.value : undefined
  const pods = valueOr(placed<Pod>(r, 'api/kube-system/pods.json'), []).filter(
    (p) => matchesMap({ 'k8s-app': 'kube-dns' }, p.object.metadata.labels) || /^coredns-/.test(p.object.metadata.name),
  )
  const config = valueOr<ConfigMap | undefined>(r.json<ConfigMap>('api/kube-system/coredns.json'), undefined)
  const corefile = config?.data?.['Corefile']
  const fact: DnsFact = {
    clusterIps: (found?.spec?.clusterIPs ?? [found?.spec?.clusterIP ?? '']).filter((ip) => ip && ip !== 'None'),
    endpoints: endpointsOf(r, 'api/dns/endpointslices.json', slices.value),
    pods,
    domain: corefile === undefined ? 'cluster.local' : (zonesOf(corefile)[0] ?? 'cluster.local'),
  }
  if (found) fact.service = found
  if (corefile !== undefined) fact.corefile = { text: corefile, path: 'api/kube-system/coredns.json' }
  const deployment = valueOr(placed<Workload>(r, 'api/kube-system/deployments.json'), []).find((d) =>
    /^(core|kube-)dns$/.test(d.object.metadata.name),
  )
  if (deployment) fact.deployment = deployment
  return { value: fact, from: ['api/dns/service.json', 'api/dns/endpointslices.json'] }
}

/** Forward zones that the `kubernetes` plugin of a Corefile serves (reverse zones left out). */
export function zonesOf(corefile: string): string[] {
  return [...corefile.matchAll(/^\s*kubernetes\s+([^{\n]*)/gm)].flatMap((m) =>
    m[1]!
      .trim()
      .split(/\s+/)
      .filter((zone) => zone && !/\.arpa\.?$/.test(zone))
      .map((zone) => zone.replace(/\.$/, '')),
  )
}

export interface ProxyFact {
  /** Mode of the ConfigMap: '' means the default (iptables). Undefined where there is no readable config. */
  mode?: string
  clusterCidrs: string[]
  nodePortAddresses: string[]
  config?: string
  configPath: string
  daemonset?: Placed<Workload>
  /** kube-proxy's pod by node. */
  pods: Map<string, Placed<Pod>>
  /** An agent known to replace kube-proxy, when there is no kube-proxy at all. */
  replacedBy?: string
}

const REPLACEMENTS = /^(cilium|kube-router|ovnkube-node|antrea-agent)/

/** kube-proxy: where it runs, how it is configured. */
export function proxyFact(r: Reader): Known<ProxyFact> {
  const pods = placed<Pod>(r, 'api/kube-system/pods.json')
  if ('missing' in pods) return pods
  const sets = valueOr(placed<Workload>(r, 'api/cni/daemonsets.json'), [])
  const config = valueOr<ConfigMap | undefined>(r.json<ConfigMap>('api/kube-system/kube-proxy.json'), undefined)
  const text = config?.data?.['config.conf'] ?? config?.data?.['kubeconfig.conf']
  const field = (name: string) => text?.match(new RegExp(`^${name}:\\s*"?([^"\\n]*?)"?\\s*$`, 'm'))?.[1]
  const inline = (name: string) =>
    text?.match(new RegExp(`^${name}:\\s*\\[(.*)\\]\\s*$`, 'm'))?.[1]?.replaceAll(',', '\n')
  const list = (name: string) =>
    (inline(name) ?? text?.match(new RegExp(`^${name}:\\s*\\n((?:\\s*- .*\\n?)*)`, 'm'))?.[1] ?? '')
      .split('\n')
      .map((line) => line.replace(/^\s*(?:- )?"?([^"]*)"?\s*$/, '$1').trim())
      .filter(Boolean)
  const fact: ProxyFact = {
    clusterCidrs: (field('clusterCIDR') ?? '').split(',').filter(Boolean),
    nodePortAddresses: list('nodePortAddresses'),
    configPath: 'api/kube-system/kube-proxy.json',
    pods: new Map(),
  }
  for (const p of pods.value)
    if (/^kube-proxy/.test(p.object.metadata.labels?.['k8s-app'] ?? p.object.metadata.name) && p.object.spec.nodeName)
      fact.pods.set(p.object.spec.nodeName, p)
  const mode = field('mode')
  if (mode !== undefined) fact.mode = mode
  if (text !== undefined) fact.config = text
  const daemonset = sets.find((d) => d.object.metadata.name === 'kube-proxy')
  if (daemonset) fact.daemonset = daemonset
  else if (fact.pods.size === 0) {
    const other = sets.find((d) => REPLACEMENTS.test(d.object.metadata.name))
    if (other) fact.replacedBy = other.object.metadata.name
  }
  return { value: fact, from: pods.from }
}

export interface CniFact {
  kind: 'flannel' | 'calico' | 'cilium' | 'weave' | 'kindnet' | 'antrea' | 'kube-router' | 'ovn' | 'aws' | 'other'
  namespace: string
  daemonset: Placed<Workload>
  /** The agent's pod by node. */
  pods: Map<string, Placed<Pod>>
  /** flannel: net-conf.json of its ConfigMap, and where it stands. */
  flannel?: { network?: string; backend: string; port: number; vni: number; configPath: string }
}

const AGENTS: [RegExp, CniFact['kind']][] = [
  [/flannel/, 'flannel'],
  [/^(calico-node|canal)/, 'calico'],
  [/^cilium$/, 'cilium'],
  [/^weave/, 'weave'],
  [/^kindnet/, 'kindnet'],
  [/^antrea-agent/, 'antrea'],
  [/^kube-router/, 'kube-router'],
  [/^ovnkube-node|^kube-ovn/, 'ovn'],
  [/^aws-node/, 'aws'],
]

/** The CNI agent, recognised by its DaemonSet. */
export function cniFact(r: Reader): Known<CniFact> {
  const sets = placed<Workload>(r, 'api/cni/daemonsets.json')
  if ('missing' in sets) return sets
  for (const [pattern, kind] of AGENTS) {
    const daemonset = sets.value.find((d) => pattern.test(d.object.metadata.name))
    if (!daemonset) continue
    const namespace = daemonset.object.metadata.namespace ?? 'kube-system'
    const pods = new Map<string, Placed<Pod>>()
    for (const p of valueOr(placed<Pod>(r, `api/cni/${namespace}/pods.json`), []))
      if (p.object.spec.nodeName && matchesSelector(daemonset.object.spec.selector, p.object.metadata.labels))
        pods.set(p.object.spec.nodeName, p)
    const fact: CniFact = { kind, namespace, daemonset, pods }
    if (kind === 'flannel') {
      const configPath = `api/cni/${namespace}/configmaps.json`
      const maps = valueOr(placed<ConfigMap>(r, configPath), [])
      const text = maps.map((m) => m.object.data?.['net-conf.json']).find((t) => t !== undefined)
      const conf = parseNetConf(text)
      fact.flannel = { ...conf, configPath }
    }
    return { value: fact, from: sets.from }
  }
  return { missing: { kind: 'not-found', text: 'no DaemonSet of a known CNI agent' }, from: sets.from }
}

function parseNetConf(text: string | undefined): { network?: string; backend: string; port: number; vni: number } {
  try {
    const conf = JSON.parse(text ?? '{}') as {
      Network?: string
      Backend?: { Type?: string; Port?: number; VNI?: number }
    }
    return {
      ...(conf.Network === undefined ? {} : { network: conf.Network }),
      backend: conf.Backend?.Type ?? 'udp',
      port: conf.Backend?.Port || 8472, // flannel on Linux: kernel default port of vxlan
      vni: conf.Backend?.VNI || 1,
    }
  } catch {
    return { backend: 'unreadable', port: 8472, vni: 1 }
  }
}

export interface ControlPlaneFact {
  /** Endpoints of default/kubernetes. */
  apiServers: Endpoint[]
  apiServerLeases: Placed<Lease>[]
  /** The API servers' own pods; none where the control plane is hosted elsewhere. */
  apiServerPods: Placed<Pod>[]
  kcmLease?: Placed<Lease>
  /** The controller manager's pods, where the control plane's pods can be seen at all (static pods); undefined on hosted ones. */
  kcmPods?: Placed<Pod>[]
  serviceCidrs: string[]
}

/** API servers, the controller manager's lease and the ServiceCIDRs. */
export function controlPlaneFact(r: Reader): Known<ControlPlaneFact> {
  const slices = r.json<List<EndpointSlice>>('api/api-server/endpointslices.json')
  if ('missing' in slices) return slices
  const leases = valueOr(placed<Lease>(r, 'api/kube-system/leases.json'), [])
  const cidrs = valueOr<List<ServiceCidr>>(r.json('api/servicecidrs.json'), { items: [] })
  const system = valueOr(placed<Pod>(r, 'api/kube-system/pods.json'), [])
  const componentPods = (name: string) => system.filter((p) => p.object.metadata.labels?.['component'] === name)
  const fact: ControlPlaneFact = {
    apiServerPods: componentPods('kube-apiserver'),
    apiServers: endpointsOf(r, 'api/api-server/endpointslices.json', slices.value),
    apiServerLeases: leases.filter((l) => /^apiserver-/.test(l.object.metadata.name)),
    serviceCidrs: cidrs.items.flatMap((c) => c.spec?.cidrs ?? []),
  }
  const kcm = leases.find((l) => l.object.metadata.name === 'kube-controller-manager')
  if (kcm) fact.kcmLease = kcm
  if (fact.apiServerPods.length > 0) fact.kcmPods = componentPods('kube-controller-manager')
  return { value: fact, from: slices.from }
}
