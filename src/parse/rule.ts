/**
 * One rule language for iptables-save (nft and legacy backend), native nft (JSON) and the walk.
 * Modelled on nftables' own semantics: a rule is a list of statements evaluated left to right; a failed match ends the rule.
 * iptables matches become `match` statements, its target the last statement(s).
 */

/** A packet property a rule can look at. Names follow nft(8). `addr.*` are of the packet's own family. */
export type Field =
  | 'nfproto' // 'ipv4' | 'ipv6'
  | 'l4proto' // 'tcp' | 'udp' | 'sctp' | 'icmp' | 'icmpv6' | number as text
  | 'saddr'
  | 'daddr'
  | 'sport'
  | 'dport'
  | 'iifname'
  | 'oifname'
  | 'physin' // -m physdev, meta ibrname/… of bridged packets
  | 'physout'
  | 'mark'
  | 'ct.mark'
  | 'ct.state' // set of 'new' | 'established' | 'related' | 'invalid' | 'untracked'
  | 'ct.status' // set of 'dnat' | 'snat' | 'assured' | …
  | 'ct.direction'
  | 'ct.orig.daddr'
  | 'ct.orig.dport'
  | 'ct.orig.saddr'
  | 'fib.saddr.type' // 'local' | 'unicast' | 'broadcast' | 'multicast' | 'anycast' | 'blackhole' …
  | 'fib.daddr.type'
  | 'fib.saddr.oif' // for rpfilter-like rules: name of the interface the source would be reached by, '' if none
  | 'pkttype' // 'host' | 'broadcast' | 'multicast' | 'other'
  | 'icmp.type'
  | 'tcp.flags' // set of 'syn' | 'ack' | …
  | 'length' // bytes of the network packet
  | 'ttl'
  | 'skuid' // owner of the local socket
  | 'dscp'

export type Literal =
  | { text: string } // interface names (a trailing `+` or `*` is kept as wildcard), protocols, types
  | { number: number }
  | { address: string } // one address, canonical text
  | { prefix: string } // CIDR, canonical text
  | { range: [string, string] | [number, number] } // inclusive: addresses or ports
  | { tuple: Literal[] } // element of a concatenation
  | { bits: string[] } // a set of state words that are OR-ed: ct.state in {new, established}

/** A value computed from the packet. */
export type Operand =
  | { field: Field; mask?: number }
  | { concat: Operand[] }
  | { literal: Literal }
  /** numgen random/inc mod n: every value in 0..n-1 is possible. */
  | { oneOf: number }
  /** jhash and friends: some fixed but unknown value in 0..n-1. */
  | { hash: number }
  /** map lookup: value of `key` in the map. */
  | { key: Operand; map: SetRef }

/** A named set or map of the same table, an ipset by name, or an inline one. `dirs` for ipset: which of src/dst each part reads. */
export type SetRef = { named: string } | { ipset: string } | { inline: SetElement[] }

export interface SetElement {
  key: Literal
  /** For maps: the value; for verdict maps: the verdict. */
  value?: Literal | Verdict
  line?: number
}

export interface NamedSet {
  name: string
  /** nft type text (`ipv4_addr . inet_proto . inet_service`) or ipset type (`hash:ip,port`). */
  type: string
  elements: SetElement[]
  line: number
  /** True where elements are added from the packet path (affinity, meters): contents are a snapshot only. */
  dynamic?: boolean
}

export type Verdict =
  | { verdict: 'accept' }
  | { verdict: 'drop' }
  | { verdict: 'return' }
  | { verdict: 'continue' }
  | { verdict: 'jump'; chain: string }
  | { verdict: 'goto'; chain: string }
  | { verdict: 'queue'; bypass: boolean }

/** Where NAT goes: address and/or port, fixed or out of a map. */
export interface NatTarget {
  address?: Operand
  /** First and last port when a range. */
  port?: Operand
  /** Both at once from a map of `address . port`. */
  addressAndPort?: Operand
}

export type Statement =
  | { do: 'match'; left: Operand; op: '==' | '!=' | '<' | '<=' | '>' | '>='; right: Literal[] | SetRef }
  /** -m statistic --mode random: passes with this probability; both outcomes are possible. */
  | { do: 'chance'; probability: number }
  /** -m recent --rcheck, meters, limits: passes or not depending on state we only partly see. `likely` is the answer for a first, lone packet. */
  | { do: 'stateful'; what: string; likely: boolean }
  | { do: 'verdict'; verdict: Verdict }
  | { do: 'reject'; with: string } // icmp-port-unreachable, tcp-reset, icmp-host-prohibited, icmpx-admin-prohibited …
  | { do: 'vmap'; key: Operand; map: SetRef }
  | { do: 'dnat'; to: NatTarget }
  | { do: 'snat'; to: NatTarget }
  | { do: 'masquerade' }
  | { do: 'redirect'; to: NatTarget }
  /** mark = (mark & ~clear) ^ set, as --set-xmark; nft `mark or x` is clear=x,set=x; `mark xor x` is clear=0,set=x; `mark set x` is clear=0xffffffff,set=x. */
  | { do: 'mark'; clear: number; set: number }
  | { do: 'ct-mark'; clear: number; set: number }
  | { do: 'notrack' }
  /** Seen and understood to have no effect on the packet's fate (counter, log, comment, nfacct, recent --set, TCPMSS, …). */
  | { do: 'nothing'; what: string }
  /** Not understood: if the packet reaches it, the fate is unknown. */
  | { do: 'unread'; text: string }

export interface Rule {
  /** The raw line (nft: raw JSON line). */
  raw: string
  /** Line number from 1 in the evidence file. */
  line: number
  statements: Statement[]
  counters?: { packets: number; bytes: number }
  comment?: string
}

export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting' | 'ingress'

export interface Chain {
  name: string
  line: number
  rules: Rule[]
  /** Base chains only. Priorities as numbers (raw -300, mangle -150, dstnat -100, filter 0, srcnat 100). */
  base?: {
    hook: Hook
    type: 'filter' | 'nat' | 'route'
    priority: number
    policy: 'accept' | 'drop'
    policyCounters?: { packets: number; bytes: number }
  }
}

export interface Table {
  /** `ip` and `ip6` see their own family only, `inet` both, `bridge` bridged frames. */
  family: 'ip' | 'ip6' | 'inet' | 'bridge' | 'arp' | 'netdev'
  name: string
  backend: 'iptables-nft' | 'iptables-legacy' | 'nft'
  chains: Map<string, Chain>
  sets: Map<string, NamedSet>
  /** Bundle path the table was read from. */
  path: string
}

export interface Unread {
  line: number
  text: string
  why: string
}

/** What one dump holds. */
export interface RuleSet {
  tables: Table[]
  unread: Unread[]
}
