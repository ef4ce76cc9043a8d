import type { Family, Proof, Protocol } from '../model.ts'
import type { Connection } from './conntrack.ts'
import type { Packet } from './world.ts'

/** Addresses and ports of a packet or of one direction of a connection. */
export interface Tuple {
  source: string
  destination: string
  sport?: number
  dport?: number
  /** An echo's identifier, once a translation has drawn a new one; absent: the sender's own. */
  echoId?: number
}

/** Port numbers that stand for any of a range, first and last included: those that a kernel chooses. */
export type AnyPorts = ReadonlyMap<number, readonly [number, number]>

/** The connection that a packet belongs to on the node where it is now. */
export interface Tracking {
  connection: Connection
  direction: 'original' | 'reply'
  /** An ICMP error or a reset that speaks about the connection. */
  related: boolean
}

/** A packet on its way: what the kernel holds in a socket buffer. Changed in place by the stages. */
export interface Skb extends Tuple {
  family: Family
  protocol: Protocol
  /** What it carries; `error` is an ICMP error about `inner`. */
  kind: 'syn' | 'syn-ack' | 'rst' | 'datagram' | 'echo' | 'echo-reply' | 'error'
  icmp?: { type: number; code: number }
  /** The packet that an ICMP error speaks about, as it was where the error was made. */
  inner?: Tuple & { protocol: Protocol }
  length: number
  /** Its length is not known: anything between these. */
  anyLength?: readonly [number, number]
  ttl: number
  /** Marks, connection and devices are those of the node where the packet is now. */
  mark: number
  tracking?: Tracking | 'untracked'
  iif: string
  oif: string
  physin: string
  physout: string
  /** Bridge and ports of a bridged packet; the pod that sent it into the bridge. */
  bridge: string
  fromPod?: string
  /** Why a bridge switched it past connection tracking, where it did. */
  bypass?: Proof[]
  /** Sent by a local process (not by the kernel itself): then a socket owner exists. */
  fromProcess: boolean
  /** Whether its route is one to the host itself (RTCF_LOCAL); absent before there is one. */
  toHost?: boolean
  /** Sent by a rule: its source need not be an address of the host. */
  anySource?: true
  /** Sent to all or some on the wire. */
  multicast?: true
  /** IPVS has scheduled it. */
  ipvs?: { address: string; port: number; protocol: string }
  /** On the way back to who sent the first packet. */
  isAnswer: boolean
  /** Ports that the client's kernel or a translation chose. */
  anyPorts?: AnyPorts
  /** Inside a VXLAN packet: the frame that is carried. */
  carries?: { vni: number; mac: string; from: string; skb: Skb }
}

const ICMP_ECHO = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } }

/** The first packet of a connection as its sender means it; `source` is known by now. */
export function firstSkb(packet: Packet, source: string): Skb {
  const skb: Skb = {
    ...bare(packet.family, packet.protocol, source, packet.destination),
    kind: packet.protocol === 'icmp' ? 'echo' : packet.protocol === 'udp' ? 'datagram' : 'syn',
    length: packet.length ?? 60,
    fromProcess: true,
  }
  if (packet.protocol === 'tcp' || packet.protocol === 'sctp')
    skb.length = Math.max(skb.length, BARE_SYN[packet.family])
  else if (packet.protocol === 'udp' && packet.length === undefined) skb.anyLength = DATAGRAM
  if (packet.protocol === 'icmp') {
    skb.icmp = { type: ICMP_ECHO[packet.family].request, code: 0 }
    return skb
  }
  skb.sport = packet.sport ?? EPHEMERAL_PORT
  if (packet.sport === undefined) skb.anyPorts = ANY_CLIENT_PORT
  if (packet.dport !== undefined) skb.dport = packet.dport
  return skb
}

/** A SYN with the options that Linux sends. */
const BARE_SYN = { 4: 60, 6: 80 }

/** Bytes of a datagram of which nothing is known: a few to as many as always fit. */
const DATAGRAM = [29, 1280] as const

/** Stands for the bridge port of a pod of which the tables do not say behind which port it is. */
export const UNKNOWN_PORT = '?'

/** Stands for a port that the kernel chooses; comparisons treat it as that whole range. */
export const EPHEMERAL_PORT = 49151

/** Ports that the kernel gives to clients unless told otherwise (net.ipv4.ip_local_port_range). */
export const ANY_CLIENT_PORT: AnyPorts = new Map([[EPHEMERAL_PORT, [32768, 60999] as const]])

/** A packet with nothing but addresses, as it leaves a process or the kernel. */
export function bare(family: Family, protocol: Protocol, source: string, destination: string): Skb {
  return {
    family,
    protocol,
    source,
    destination,
    kind: 'datagram',
    length: 60,
    ttl: 64,
    mark: 0,
    iif: '',
    oif: '',
    physin: '',
    physout: '',
    bridge: '',
    fromProcess: false,
    isAnswer: false,
  }
}

/** The same addresses seen from the other side. */
export function reversed<T extends Tuple>({ source, destination, sport, dport, echoId }: T): Tuple {
  const tuple: Tuple = { source: destination, destination: source }
  if (dport !== undefined) tuple.sport = dport
  if (sport !== undefined) tuple.dport = sport
  if (echoId !== undefined) tuple.echoId = echoId
  return tuple
}

/** What the receiver of `skb` sends back first. `rst` where nobody listens. */
export function answerTo(skb: Skb, kind: 'served' | 'rst'): Skb {
  const answer: Skb = {
    ...bare(skb.family, skb.protocol, skb.destination, skb.source),
    ...reversed(skb),
    isAnswer: true,
  }
  if (skb.anyPorts) answer.anyPorts = skb.anyPorts
  answer.fromProcess = kind === 'served' && skb.protocol === 'udp'
  if (skb.protocol === 'icmp') {
    answer.kind = 'echo-reply'
    answer.icmp = { type: ICMP_ECHO[skb.family].reply, code: 0 }
    answer.length = skb.length
  } else if (kind === 'rst') {
    answer.kind = 'rst'
    answer.length = BARE_SYN[skb.family] - 20
  } else {
    answer.kind = skb.protocol === 'udp' ? 'datagram' : 'syn-ack'
    answer.length = BARE_SYN[skb.family]
    if (skb.protocol === 'udp') answer.anyLength = DATAGRAM
  }
  return answer
}

/** Whether two tuples name the same packet addresses and ports. */
export function sameTuple(one: Tuple, other: Tuple): boolean {
  return (
    one.source === other.source &&
    one.destination === other.destination &&
    one.sport === other.sport &&
    one.dport === other.dport &&
    one.echoId === other.echoId
  )
}

/** The addresses and ports alone. */
export function tupleOf({ source, destination, sport, dport, echoId }: Tuple): Tuple {
  const tuple: Tuple = { source, destination }
  if (sport !== undefined) tuple.sport = sport
  if (dport !== undefined) tuple.dport = dport
  if (echoId !== undefined) tuple.echoId = echoId
  return tuple
}

/** Whether a port of the packet is one that a kernel chose. */
export function isAnyPort({ anyPorts }: Skb, port: number | undefined): boolean {
  return port !== undefined && anyPorts?.has(port) === true
}

/** `10.0.0.1:40000 → 10.96.0.1:443/tcp`, for steps. */
export function show(skb: Skb): string {
  const end = (address: string, port?: number) =>
    port === undefined || isAnyPort(skb, port)
      ? address
      : address.includes(':')
        ? `[${address}]:${port}`
        : `${address}:${port}`
  return `${end(skb.source, skb.sport)} → ${end(skb.destination, skb.dport)}/${skb.protocol}`
}

/** The packet as it is now, for the place where it ended. */
export function packetOf(skb: Skb): Packet {
  const packet: Packet = {
    family: skb.family,
    protocol: skb.protocol,
    source: skb.source,
    destination: skb.destination,
    length: skb.length,
  }
  if (skb.sport !== undefined) packet.sport = skb.sport
  if (skb.dport !== undefined) packet.dport = skb.dport
  return packet
}

/** Forgets what belongs to one network namespace when the packet leaves it (skb_scrub_packet with a change of namespace). */
export function leaveNamespace(skb: Skb): void {
  skb.mark = 0
  delete skb.tracking
  delete skb.ipvs
  skb.iif = skb.oif = skb.physin = skb.physout = skb.bridge = ''
  delete skb.fromPod
  delete skb.toHost
  skb.fromProcess = false
}
