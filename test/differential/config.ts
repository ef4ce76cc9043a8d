import type { Family } from '../../src/model.ts'

export type RuleFamily = 'iptables-nft' | 'iptables-legacy' | 'nftables' | 'mixed' | 'paths' | 'ipv6'

/** Programs that load iptables rules: backend and family at once. */
export type RestoreTool = 'iptables-nft' | 'iptables-legacy' | 'ip6tables-nft' | 'ip6tables-legacy'

/**
 * One thing done in one namespace. A configuration is a list of such items in order, so that shrinking is leaving items out.
 * In `ip`, `@name` stands for the path of a namespace.
 */
export type Item = { ns: string } & (
  | { ip: string }
  | { bridge: string }
  | { sysctl: string; value: string }
  | { ipset: string }
  /** A line of iptables-restore: `:CHAIN POLICY` or `-A CHAIN …`. */
  | { rule: string; table: string; tool: RestoreTool }
  /** A command of nft(8): `add rule …`. */
  | { nft: string }
  | { listen: 'tcp' | 'udp'; address: string; port: number; v6only?: boolean }
)

export interface PodSpec {
  /** Its namespace and name at once. */
  name: string
  node: string
  addresses: string[]
}

export interface NodeSpec {
  name: string
  addresses: string[]
  podCidrs: string[]
}

/** One packet to try: from a pod, a node or the outside machine `x`. */
export interface Probe {
  from: string
  family: Family
  protocol: 'tcp' | 'udp'
  source?: string
  destination: string
  dport: number
}

export interface Config {
  family: RuleFamily
  seed: number
  /** Namespaces in the order in which they are set up. */
  spaces: string[]
  nodes: NodeSpec[]
  pods: PodSpec[]
  /** Machines outside the cluster on the nodes' network, and the node by which they reach what is not on it. */
  outside: { name: string; addresses: string[]; hop: string }[]
  /** What makes the network, then what filters it; between the two the neighbours get to know each other. */
  network: Item[]
  rules: Item[]
  /** Probes that teach neighbour and forwarding tables, before the rules are in. */
  warm: Probe[]
  probes: Probe[]
  /** Random choices are made on the way: several tries show the set of fates. */
  random: boolean
  /** Session affinity is in the rules: tries of one probe are not independent. */
  sticky: boolean
}
