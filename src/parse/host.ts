/** The nouns of a host's network state, as read from iproute2's JSON, /proc and friends. Each item keeps its line as proof. */
import type { Family } from '../model.ts'

export interface Read {
  /** Line number from 1 in the evidence file, and the raw text of that line. */
  line: number
  raw: string
}

/** `ip -j -d link`, one JSON object a line. */
export interface Link extends Read {
  index: number
  name: string
  /** Administrative UP flag; LOWER_UP / operstate separately. */
  up: boolean
  operstate: string
  /** LOWER_UP: has a carrier. `operstate` follows it up to a second late. */
  carrier?: boolean
  mac: string
  mtu: number
  /** linkinfo kind: `bridge`, `veth`, `vxlan`, `dummy`, `wireguard` …; '' for physical. */
  kind: string
  /** Name of the bridge or bond it is enslaved to. */
  master?: string
  promiscuous: boolean
  /** Peer: `link_index` of a veth whose peer is in another namespace. */
  peerIndex?: number
  /** Name of the interface below it (VLAN, macvlan) or, for a veth, of its peer in the same namespace. */
  below?: string
  vxlan?: { id: number; port: number; local?: string; dev?: string; learning: boolean; group?: string }
  /** Bridge port flags, present when `master` is a bridge. */
  port?: { hairpin: boolean; state: string; isolated: boolean; learning?: false }
  /** Bridge device: vlan filtering changes forwarding. */
  bridge?: { vlanFiltering: boolean; nfCallIptables: boolean; nfCallIp6tables: boolean }
}

/** `ip -j addr`: one entry per address. */
export interface Address extends Read {
  dev: string
  family: Family
  address: string
  prefixLength: number
  scope: string
  peer?: string
  flags: string[] // deprecated, tentative, secondary, noprefixroute …
}

export type RouteType =
  | 'unicast'
  | 'local'
  | 'broadcast'
  | 'multicast'
  | 'anycast'
  | 'blackhole'
  | 'unreachable'
  | 'prohibit'
  | 'throw'
  | 'nat'

/** `ip -j route show table all`. */
export interface Route extends Read {
  family: Family
  type: RouteType
  /** CIDR; `0.0.0.0/0` or `::/0` for default. */
  destination: string
  table: string // 'main' | 'local' | 'default' | number as text
  dev?: string
  gateway?: string
  source?: string // prefsrc
  metric: number
  scope?: string
  protocol?: string
  flags: string[] // onlink, linkdown, dead …
  nexthops?: { gateway?: string; dev: string; weight: number; flags: string[] }[]
  /** Counts only for packets from this CIDR (IPv6 source routing) or with this TOS. */
  from?: string
  tos?: number
  /** Path MTU set on the route. */
  mtu?: number
  /** Properties that change its meaning and are not expressed here (`encap` …). */
  unread?: string[]
}

/** `ip -j rule`. Unread selectors (ipproto, sport …) make `unread` non-empty. */
export interface IpRule extends Read {
  family: Family
  priority: number
  from?: string // CIDR; absent = all
  to?: string
  iif?: string
  oif?: string
  mark?: { value: number; mask: number }
  not?: boolean
  /** A table to look up, or an action. */
  table?: string
  action?: 'blackhole' | 'unreachable' | 'prohibit' | 'goto' | 'nop'
  /** Priority to go on with, for `goto`. */
  goto?: number
  suppressPrefixLength?: number
  unread: string[]
}

/** `ip -j neigh`. */
export interface Neighbour extends Read {
  family: Family
  address: string
  dev: string
  mac?: string
  state: string[] // REACHABLE STALE FAILED INCOMPLETE PERMANENT …
}

/** `bridge -j fdb`. */
export interface FdbEntry extends Read {
  mac: string
  /** Device the entry belongs to (`ifname`): a bridge port or a vxlan device. */
  dev: string
  master?: string
  /** Remote VTEP of a vxlan entry. */
  dst?: string
  /** UDP port, VNI and device of that remote where they differ from the device's own. */
  port?: number
  vni?: number
  via?: string
  state: string // permanent, static, '' learned, …
}

/** `ss -H -l -n -t -u` or /proc/net/{tcp,udp}{,6} in LISTEN / unconnected state. */
export interface Listener extends Read {
  protocol: 'tcp' | 'udp'
  family: Family
  /** '0.0.0.0', '::' or '*' (both families) are written `any`. */
  address: string
  port: number
  /** Accept queue now and its limit (TCP). */
  queued?: number
  backlog?: number
  /** Bound to a device (`%eth0`). */
  dev?: string
  v6only?: boolean
}

/** One line of `conntrack -L`. */
export interface ConntrackEntry extends Read {
  protocol: string
  state?: string // TCP state
  timeout: number
  original: { source: string; destination: string; sport?: number; dport?: number }
  reply: { source: string; destination: string; sport?: number; dport?: number }
  flags: string[] // ASSURED, UNREPLIED …
  mark?: number
  zone?: number
}

/** One virtual server of IPVS (`ipvsadm -Sn` or /proc/net/ip_vs). */
export interface VirtualServer extends Read {
  protocol: 'tcp' | 'udp' | 'sctp' | 'fwmark'
  address: string
  port: number
  scheduler: string
  /** Session affinity: seconds from `ipvsadm`, ticks of the kernel's clock from /proc. */
  persistent?: number
  /** `method`: masq, route, tunnel or local. */
  servers: (Read & { address: string; port: number; method: string; weight: number })[]
}

/** Sysctl path with `/` separators below /proc/sys (`net/ipv4/ip_forward`) → value text and line. */
export type Sysctls = Map<string, Read & { value: string }>
