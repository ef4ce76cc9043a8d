/** What the walk knows: every node's network state, read from its evidence; nothing is assumed. */
import type { Family, Proof, Protocol, Vantage } from '../model.ts'
import type {
  Address,
  ConntrackEntry,
  FdbEntry,
  IpRule,
  Link,
  Listener,
  Neighbour,
  Route,
  Sysctls,
  VirtualServer,
} from '../parse/host.ts'
import type { Hook, NamedSet, RuleSet } from '../parse/rule.ts'

/** A part of a node's state, or the reason that it could not be read; the walk ends `unknown` where it needs a missing part. */
export type Part<T> = { value: T; path: string } | { missing: string; path: string }

/** One network namespace of a node: its host namespace. */
export interface NodeState {
  name: string
  links: Part<Link[]>
  addresses: Part<Address[]>
  routes: Part<Route[]> // both families
  rules: Part<IpRule[]> // both families
  neighbours: Part<Neighbour[]>
  fdb: Part<FdbEntry[]>
  sysctls: Part<Sysctls>
  listeners: Part<Listener[]>
  conntrack: Part<ConntrackEntry[]>
  /** All tables of all backends and families; a dump that could not be read is in `rulesMissing`. */
  ruleSet: RuleSet // tables of nf_tables in the order of their making; that of iptables-legacy among them is not known
  /** Which of the tables' base chains of one priority come first, once something told it: those of the later table, or the others. */
  chainOrder?: 'as-listed' | 'turned'
  rulesMissing: { path: string; why: string }[]
  ipsets: Part<Map<string, NamedSet>>
  ipvs: Part<VirtualServer[]>
}

/** A pod as a network end: its addresses, node, and what is known of its own namespace. */
export interface PodEnd {
  /** `namespace/name` */
  name: string
  node: string
  addresses: string[]
  hostNetwork: boolean
  /** Ready containers run; a pod that is gone or not running cannot answer. */
  running: boolean
  /** What it listens on, where it could be read. */
  listeners?: Part<Listener[]>
  /** Its routes, where they could be read (else: default route via the node's bridge is assumed and noted as a step). */
  routes?: Part<Route[]>
}

export interface World {
  nodes: Map<string, NodeState>
  /** By address. */
  pods: Map<string, PodEnd>
  /** Node addresses (InternalIP, ExternalIP) → node name, also of nodes whose state was not read. */
  nodeAddresses: Map<string, string>
  /** Pod CIDRs → node name, from Node objects; for ends that are no known pod. */
  podCidrs: { cidr: string; node: string }[]
}

/** A network end: a node's own namespace, a pod on it, or a host outside that a packet enters from. */
export interface Place {
  node: string
  pod?: PodEnd
  /** Address of the host outside. */
  outside?: string
}

/** The packet as its sender means it. `sport` is any free port unless given. */
export interface Packet {
  family: Family
  protocol: Protocol
  /** Absent: chosen by the sender's routing. */
  source?: string
  destination: string
  sport?: number
  dport?: number
  /** Bytes of the network packet; default 60. */
  length?: number
}

/** One step that the packet took, with the line that made it so. `at`: `n1/nat/PREROUTING`, `n1/route`, `n1/bridge cni0`, `n2/vxlan` … */
export interface Step {
  at: string
  did: string
  proof: Proof[]
}

/** Where a packet ended, for checks: the hook it met there and the packet as it was then (the outer one inside a tunnel). */
export interface EndPlace {
  hook?: Hook
  packet?: Packet
  /** Evidence line of the deciding rule, when a rule or a chain's policy decided (`by` says which). */
  rule?: { path: string; line: number; policy?: boolean; table: string; chain: string }
}

export type End = EndPlace &
  (
    | { fate: 'delivered'; to: { ip: string; port?: number; node?: string; pod?: string } }
    /** Silently dropped, by a rule, policy or kernel check (`by` says which: rp_filter, forwarding off, …). */
    | { fate: 'dropped'; node: string; at: string; by: string; proof: Proof[] }
    /** Refused with an answer: `with` is the reject type, or `rst` for a port without listener. */
    | { fate: 'rejected'; node: string; at: string; with: string; by: string; proof: Proof[] }
    /** No way on: no route, blackhole, neighbour failed, link down, port without peer, nobody at that VTEP … */
    | { fate: 'lost'; node: string; at: string; by: string; kind: LossKind; proof: Proof[] }
    | { fate: 'unknown'; node: string; at: string; why: string; proof: Proof[]; because?: UnknownKind }
  )

/**
 * What was not known, where something else may tell it: a program that is asked (NFQUEUE), a node whose state was not read, which of
 * two base chains of one priority comes first.
 */
export type UnknownKind = 'program' | 'unread-node' | 'chain-order'

export type LossKind =
  | 'no-route'
  | 'blackhole'
  | 'unreachable-route'
  | 'prohibit-route'
  | 'neighbour'
  | 'link-down'
  | 'bridge'
  | 'vtep'
  | 'vxlan-mismatch'
  | 'outside' // left towards an address that is none of the cluster's
  | 'no-address' // no pod or node has this address
  | 'source' // the answer cannot come back: wrong source address
  | 'mtu'
  | 'invalid-answer' // the answer arrives, but not translated back: the client drops it

/** One possible course: with probability `share` (1 unless random choices were made). */
export interface Course {
  share: number
  steps: Step[]
  end: End
  /** The way back of the first answer, walked when the packet was delivered or rejected. */
  back?: { steps: Step[]; end: End }
  /** Where the packet was translated to, if DNATed (address:port), for telling branches apart. */
  translatedTo?: { ip: string; port?: number }
}

/**
 * What is put right in the model by the but-for test; also what the printed fix does.
 * Pure data; `applyChange(world, change)` gives a new world.
 */
export type Change =
  | { change: 'delete-rule'; node: string; path: string; line: number }
  /** The rule accepts what it matches: what an exception ahead of it does. */
  | { change: 'accept-rule'; node: string; path: string; line: number }
  | { change: 'set-policy'; node: string; path: string; chain: string; line: number; policy: 'accept' }
  | { change: 'set-sysctl'; node: string; key: string; value: string }
  | { change: 'add-route'; node: string; route: Omit<Route, 'line' | 'raw'> }
  | { change: 'delete-route'; node: string; line: number; path: string }
  | { change: 'replace-neighbour'; node: string; address: string; dev: string; mac: string }
  | { change: 'replace-fdb'; node: string; mac: string; dev: string; dst: string }
  | {
      change: 'set-link'
      node: string
      dev: string
      up?: boolean
      hairpin?: boolean
      master?: string
      mtu?: number
      vxlanPort?: number
      vxlanId?: number
      vxlanLocal?: string
    }
  | { change: 'add-link'; node: string; link: Omit<Link, 'line' | 'raw'> }
  | { change: 'add-address'; node: string; address: Omit<Address, 'line' | 'raw'> }
  | { change: 'delete-address'; node: string; dev: string; address: string }
  /** Replace everything kube-proxy owns on the node by what it must be (given as tables). */
  | { change: 'replace-rules'; node: string; ruleSet: RuleSet }
  | { change: 'delete-conntrack'; node: string; line: number }
  /** One line of a node's rules, routes, routing rules, neighbours or forwarding entries is not there. */
  | { change: 'forget-line'; node: string; path: string; line: number }
  | { change: 'several'; changes: Change[] }

export type WalkFrom = Vantage | { kind: 'outside'; source: string; entersAt: string }
export type Walk = (world: World, from: WalkFrom, packet: Packet) => Course[]
