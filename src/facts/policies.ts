import type { Known, Proof } from '../model.ts'
import { contains } from '../net.ts'
import { type Placed, placed } from './cluster.ts'
import type { Endpoint, PortTargets } from './endpoints.ts'
import type { NetworkPolicy, Pod, PolicyPeer, PolicyPort, Workload } from './kube.ts'
import { matchesSelector } from './labels.ts'
import { type Reader, valueOr } from './reader.ts'

/** Whether something in the cluster enforces NetworkPolicies. Plain flannel does not: there a policy is inert. */
export interface Enforcer {
  enforces: boolean
  by?: string
}

const ENFORCERS =
  /^(calico-node|canal|cilium|antrea-agent|weave-net|kube-router|kube-network-policies|aws-node|azure-npm|ovnkube-node|kube-ovn-cni|kindnet)/

/** Finds the agent that enforces NetworkPolicies by its DaemonSet. */
export function enforcerFact(r: Reader): Known<Enforcer> {
  const sets = placed<Workload>(r, 'api/cni/daemonsets.json')
  if ('missing' in sets) return sets
  const found = valueOr(sets, []).find((d) => ENFORCERS.test(d.object.metadata.name))
  return { value: found ? { enforces: true, by: found.object.metadata.name } : { enforces: false }, from: sets.from }
}

/** An endpoint that policies shut to a pod without any label of its own. */
export interface Denial {
  address: string
  pod: string
  policies: string[]
  proof: Proof
}

/** Endpoints that a pod of the same namespace without special labels (as our client is) may not reach on the target port. */
export function ingressDenials(
  policies: readonly Placed<NetworkPolicy>[],
  pods: readonly Placed<Pod>[],
  endpoints: readonly Endpoint[],
  ports: readonly PortTargets[],
): Denial[] {
  return endpoints.flatMap((endpoint) => {
    const pod = pods.find((p) => `${p.object.metadata.namespace}/${p.object.metadata.name}` === endpoint.pod)
    if (!pod) return []
    const selecting = policies.filter(
      (p) =>
        types(p.object).includes('Ingress') && matchesSelector(p.object.spec.podSelector, pod.object.metadata.labels),
    )
    if (selecting.length === 0) return []
    const targets = ports.flatMap((port) =>
      port.targets
        .filter((t) => t.endpoint.address === endpoint.address)
        .map((t) => ({ number: t.port, protocol: port.protocol })),
    )
    const admitted = selecting.some((p) =>
      (p.object.spec.ingress ?? []).some(
        (rule) =>
          targets.every((t) => admitsPort(rule.ports, t.number, t.protocol, pod.object)) &&
          (!rule.from ||
            rule.from.length === 0 ||
            rule.from.some(
              (peer) =>
                peer.podSelector !== undefined && !peer.namespaceSelector && matchesSelector(peer.podSelector, {}),
            )),
      ),
    )
    if (admitted) return []
    return [
      {
        address: endpoint.address,
        pod: endpoint.pod!,
        policies: selecting.map((p) => p.object.metadata.name),
        proof: selecting[0]!.proof,
      },
    ]
  })
}

/** policyTypes with its default: Ingress always, Egress if there are egress rules. */
export function types(policy: NetworkPolicy): string[] {
  return policy.spec.policyTypes ?? ['Ingress', ...(policy.spec.egress ? ['Egress'] : [])]
}

/** Whether a rule's ports include a port; no ports means all. Named ports are those of a pod. */
export function admitsPort(rules: PolicyPort[] | undefined, number: number, protocol: string, pod?: Pod): boolean {
  if (!rules || rules.length === 0) return true
  return rules.some((rule) => {
    if ((rule.protocol ?? 'TCP').toLowerCase() !== protocol) return false
    if (rule.port === undefined) return true
    if (typeof rule.port === 'number') return number >= rule.port && number <= (rule.endPort ?? rule.port)
    return (pod?.spec.containers ?? []).some((c) =>
      c.ports?.some((p) => p.name === rule.port && p.containerPort === number),
    )
  })
}

/** What the policies that select our client pod (it has no labels of a workload) let it send. */
export interface Egress {
  policies: Placed<NetworkPolicy>[]
  /** Whether some rule lets it ask port 53. */
  dns: boolean
  /** Whether some rule lets it reach other ports at all. */
  any: boolean
}

/** The egress policies that select a pod without labels in the Service's namespace; undefined where none does. */
export function clientEgress(policies: readonly Placed<NetworkPolicy>[]): Egress | undefined {
  const selecting = policies.filter(
    (p) => types(p.object).includes('Egress') && matchesSelector(p.object.spec.podSelector, {}),
  )
  if (selecting.length === 0) return undefined
  const rules = selecting.flatMap((p) => p.object.spec.egress ?? [])
  const names = (port: PolicyPort) =>
    port.port === 53 ||
    port.port === undefined ||
    (typeof port.port === 'number' && port.port <= 53 && (port.endPort ?? port.port) >= 53)
  return {
    policies: selecting,
    dns: rules.some((rule) => !rule.ports || rule.ports.length === 0 || rule.ports.some(names)),
    any: rules.some((rule) => !rule.ports || rule.ports.length === 0 || rule.ports.some((port) => port.port !== 53)),
  }
}

/** Whether a rule of these policies admits an address that is no pod's: one without `to`, or with an ipBlock. */
export function admitsAddress(egress: Egress, ip: string, port: number, protocol: string): boolean {
  const within = ({ ipBlock }: PolicyPeer) =>
    ipBlock !== undefined && contains(ipBlock.cidr, ip) && !(ipBlock.except ?? []).some((cidr) => contains(cidr, ip))
  return egress.policies
    .flatMap(({ object }) => object.spec.egress ?? [])
    .some(
      (rule) => admitsPort(rule.ports, port, protocol) && (!rule.to || rule.to.length === 0 || rule.to.some(within)),
    )
}
