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
  | 'physin' // -m physdev: bridge port of a bridged packet, '' if it is none
  | 'physout'
  | 'ibrname' // bridge family: the bridge that the port belongs to, '' if none
  | 'obrname'
  | 'mark'
  | 'ct.mark'
  // Set of 'new' | 'established' | 'related' | 'invalid' | 'untracked'; iptables also puts 'snat' and 'dnat' here
  // (xt_conntrack: a translated connection has these bits besides its state).
  | 'ct.state'
  // Set of 'expected' | 'seen-reply' | 'assured' | 'confirmed' | 'snat' | 'dnat' | 'dying'. Like every ct.* but ct.state: a packet
  // without connection (untracked, invalid) does not match, whatever `op` is.
  | 'ct.status'
  | 'ct.direction' // 'original' | 'reply'
  | 'ct.orig.daddr'
  | 'ct.orig.dport'
  | 'ct.orig.saddr'
  | 'ct.orig.sport'
  | 'ct.repl.daddr'
  | 'ct.repl.dport'
  | 'ct.repl.saddr'
  | 'ct.repl.sport'
  | 'ct.proto' // as l4proto
  | 'ct.zone'
  | 'fib.saddr.type' // 'local' | 'unicast' | 'broadcast' | 'multicast' | 'anycast' | 'blackhole' …
  | 'fib.daddr.type'
  | 'fib.saddr.oif' // for rpfilter-like rules: name of the interface the source would be reached by, '' if none
  | 'pkttype' // 'host' | 'broadcast' | 'multicast' | 'other'
  | 'icmp.type' // number, of ICMP or ICMPv6; an l4proto match stands before it
  | 'icmp.code'
  // Set of 'fin' | 'syn' | 'rst' | 'psh' | 'ack' | 'urg' | 'ecn' | 'cwr'. With `mask` the compared value is a number of
  // header bits (fin 1, syn 2, rst 4, psh 8, ack 16, urg 32, ecn 64, cwr 128): (flags & mask) op number.
  | 'tcp.flags'
  | 'length' // bytes of the network packet
  | 'ttl'
  | 'skuid' // owner of the local socket; absent for forwarded packets: then only '!=' matches
  | 'skgid'
  | 'dscp'
  // What an ordinary packet lacks, as a set: IPv6 extension headers ('rt', 'frag', 'hbh', 'dst', 'mh', 'ah'), 'fragment' (second
  // and later fragments), 'options' (IPv4 options). Empty for every packet that the walk sends.
  | 'exthdr'
  | 'ipvs.vaddr' // virtual address, port and protocol of the IPVS connection of the packet; absent without one: nothing matches
  | 'ipvs.vport'
  | 'ipvs.vproto'
  | 'ipvs' // 'yes' where IPVS has handled the packet, else 'no'

export type Literal =
  | { text: string } // interface names (a trailing `+` or `*` is kept as wildcard), protocols, types, 'yes'/'no'
  | { number: number }
  | { address: string } // one address, canonical text
  | { prefix: string } // CIDR, canonical text
  | { range: [string, string] | [number, number] } // inclusive: addresses or ports
  | { tuple: Literal[] } // element of a concatenation
  /** Words of a set-valued field (ct.state, ct.status, tcp.flags, exthdr). `==`: at least one is set; `!=`: none is set. */
  | { bits: string[] }
  | { any: true } // element that matches everything (catch-all of a set or map, prefix length 0)

/** A value computed from the packet. */
export type Operand =
  /**
   * `mask` (unsigned 32 bit): (value & mask) is compared. For fib.*: `limit` says whose interface the lookup is restricted to
   * (addrtype --limit-iface-in/out, `fib saddr . iif`), `withMark` that the packet's mark takes part in it.
   */
  | { field: Field; mask?: number; limit?: 'iif' | 'oif'; withMark?: true }
  /** (value of the operand & mask): an address under a netmask that is no prefix, or a masked operand of a map; `mask` as literal. */
  | { masked: Operand; by: Literal }
  | { concat: Operand[] }
  | { literal: Literal }
  /** numgen random/inc mod n: every value in offset..offset+n-1 is possible (offset is 0 unless given). */
  | { oneOf: number; offset?: number }
  /** jhash and friends: some fixed but unknown value in offset..offset+n-1. */
  | { hash: number; offset?: number }
  /** map lookup: value of `key` in the map. */
  | { key: Operand; map: SetRef }

/**
 * A named set or map of the same table, an ipset by name, or an inline one. `dirs` for ipset: which of src/dst each part reads; what is
 * looked up then follows from the ipset's type (`ipsetKey` of ipset.ts), and the match's `left` is `{ concat: [] }`.
 */
export type SetRef =
  | { named: string }
  | { ipset: string; dirs: ('src' | 'dst')[]; returnNomatch?: true }
  | { inline: SetElement[] }

export interface SetElement {
  key: Literal
  /** For maps: the value; for verdict maps: the verdict. */
  value?: Literal | Verdict
  line?: number
  /** ipset `nomatch`: an exception; of all elements that hold the key the one with the longest prefix decides. */
  nomatch?: true
}

export interface NamedSet {
  name: string
  /** nft type text (`ipv4_addr . inet_proto . inet_service`) or ipset type (`hash:ip,port`). */
  type: string
  elements: SetElement[]
  line: number
  /** Address family of an ipset (`inet6`: ip6). */
  family?: 'ip' | 'ip6'
  /** list:set: names of the member sets, asked in this order. */
  members?: string[]
  /** Some elements could not be read (known once `elements` was): a key that is not found may still be in it. */
  incomplete?: boolean
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
  /**
   * `tcp-reset`, or `icmp-`/`icmp6-`/`icmpx-` (of the packet's family) and a kind: port-, host-, net-, proto-, addr-unreachable,
   * net-, host-, admin-prohibited, no-route, policy-fail, reject-route.
   */
  | { do: 'reject'; with: string }
  | { do: 'vmap'; key: Operand; map: SetRef }
  | { do: 'dnat'; to: NatTarget }
  /** `random`: the source port is drawn anew even where it is free (`--random`, `--random-fully`). */
  | { do: 'snat'; to: NatTarget; random?: true }
  | { do: 'masquerade'; to: NatTarget; random?: true }
  | { do: 'redirect'; to: NatTarget }
  /** mark = (mark & ~clear) ^ set, as --set-xmark; nft `mark or x` is clear=x,set=x; `mark xor x` is clear=0,set=x; `mark set x` is clear=0xffffffff,set=x. */
  | { do: 'mark'; clear: number; set: number }
  | { do: 'ct-mark'; clear: number; set: number }
  /** mark = (mark & ~nfmask) ^ (ct.mark & ctmask): CONNMARK --restore-mark, `meta mark set ct mark`. */
  | { do: 'restore-mark'; nfmask: number; ctmask: number }
  /** ct.mark = (ct.mark & ~ctmask) ^ (mark & nfmask): CONNMARK --save-mark, `ct mark set meta mark`. */
  | { do: 'save-mark'; nfmask: number; ctmask: number }
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

export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting' | 'ingress' | 'egress'

export interface Chain {
  name: string
  line: number
  /** May be read from the text at the first access. */
  readonly rules: Rule[]
  /** Base chains only. Priorities as numbers (raw -300, mangle -150, dstnat -100, filter 0, srcnat 100). */
  base?: {
    hook: Hook
    type: 'filter' | 'nat' | 'route'
    priority: number
    policy: 'accept' | 'drop'
    policyCounters?: { packets: number; bytes: number }
    /** netdev family, inet ingress: the devices it is hooked to. */
    devices?: string[]
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
  /** nft `flags dormant`: loaded, yet hooked nowhere, so its chains have no `base`. */
  dormant?: true
}

export interface Unread {
  line: number
  text: string
  why: string
  /** It says itself that nft's dump of the same node shows what is missing. */
  seenByNft?: true
}

/** What one dump holds. */
export interface RuleSet {
  tables: Table[]
  unread: Unread[]
}

/** A native dump also shows what iptables-nft wrote. `ownedByIptables`: `family name` of such tables, better read from iptables-save. */
export interface NftRuleSet extends RuleSet {
  ownedByIptables: string[]
}

/** All sets of an `ipset save`, by name. */
export interface IpsetDump {
  sets: Map<string, NamedSet>
  unread: Unread[]
}
