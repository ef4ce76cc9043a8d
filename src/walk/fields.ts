import type { Field, Hook, Operand, Table } from '../parse/rule.ts'
import { type Connection, stateWords } from './conntrack.ts'
import { addressTypesSix, fibType, sourceDevice } from './fib.ts'
import { type Journey, need } from './journey.ts'
import { type Skb, UNKNOWN_PORT } from './skb.ts'
import { ABSENT, UNDECIDED, type Value } from './values.ts'
import type { NodeState } from './world.ts'

/** Where a rule is asked: the node, the hook and the table that it stands in. */
export interface RuleContext {
  j: Journey
  node: NodeState
  skb: Skb
  hook: Hook
  table: Table
  /** Next hop by which the packet leaves, where that is known (masquerade takes its address by it). */
  gateway?: string
}

type FieldOperand = Extract<Operand, { field: Field }>

/** Numbers of tcp flags in the header, for comparisons under a mask. */
const TCP_FLAGS: Record<string, number> = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128 }

/** Value of a packet property for a rule of this context. */
export function fieldValue(context: RuleContext, operand: FieldOperand): Value {
  const value = plainValue(context, operand)
  if (operand.mask === undefined) return value
  if (operand.field === 'tcp.flags' && Array.isArray(value)) {
    return (value.reduce((sum: number, word: string) => sum | (TCP_FLAGS[word] ?? 0), 0) & operand.mask) >>> 0
  }
  return typeof value === 'number' ? (value & operand.mask) >>> 0 : value
}

function plainValue(context: RuleContext, operand: FieldOperand): Value {
  const { skb, node, j } = context
  switch (operand.field) {
    case 'nfproto':
      return `ipv${skb.family}`
    case 'l4proto':
      return skb.protocol === 'icmp' && skb.family === 6 ? 'icmpv6' : skb.protocol
    case 'saddr':
      return skb.source
    case 'daddr':
      return skb.destination
    case 'sport':
      return skb.icmp ? skb.icmp.type * 256 + skb.icmp.code : port(skb, skb.sport)
    case 'dport':
      return skb.icmp ? CHECKSUM : port(skb, skb.dport)
    case 'iifname':
      return bridgePort(context, skb.iif)
    case 'oifname':
      return bridgePort(context, skb.oif)
    case 'physin':
      return bridgePort(context, skb.physin)
    case 'physout':
      return bridgePort(context, skb.physout)
    case 'ibrname':
    case 'obrname':
      return skb.bridge
    case 'mark':
      return skb.mark
    case 'pkttype':
      return skb.multicast ? 'multicast' : 'host'
    case 'icmp.type':
      return skb.icmp?.type ?? ABSENT
    case 'icmp.code':
      return skb.icmp?.code ?? ABSENT
    case 'tcp.flags':
      return skb.protocol === 'tcp' ? tcpFlags(skb) : ABSENT
    case 'length':
      return skb.anyLength ? { anyOf: skb.anyLength } : skb.length
    case 'ttl':
      return skb.ttl
    case 'dscp':
      // icmp_send: IPTOS_PREC_INTERNETCONTROL
      return skb.kind === 'error' && skb.family === 4 ? 48 : 0
    case 'exthdr':
      return []
    case 'skuid':
    case 'skgid':
      return skb.fromProcess && (context.hook === 'output' || context.hook === 'postrouting') ? UNDECIDED : ABSENT
    case 'fib.saddr.type':
      return addressType(context, skb.source, operand)
    case 'fib.daddr.type':
      return addressType(context, skb.destination, operand)
    case 'fib.saddr.oif':
      return sourceDevice(j, node, skb, operand, context.hook)
    case 'ipvs':
      return skb.ipvs ? 'yes' : 'no'
    case 'ipvs.vaddr':
      return skb.ipvs?.address ?? ABSENT
    case 'ipvs.vport':
      return skb.ipvs?.port ?? ABSENT
    case 'ipvs.vproto':
      return skb.ipvs?.protocol ?? ABSENT
    default:
      return connectionValue(skb, operand.field)
  }
}

/**
 * `th dport` reads the second two bytes of any protocol: for ICMP its checksum, which is taken to be none of the numbers that rules ask
 * for. (`tcp dport` asks for the protocol before.)
 */
const CHECKSUM = -1

function port(skb: Skb, value: number | undefined): Value {
  if (value === undefined) return ABSENT
  const anyOf = skb.anyPorts?.get(value)
  return anyOf ? { anyOf } : value
}

function bridgePort({ node, skb }: RuleContext, name: string): Value {
  if (name !== UNKNOWN_PORT) return name
  const ports = need(node, node.links, skb).filter((link) => link.master === skb.bridge && link.kind === 'veth')
  return { oneOfNames: ports.map((port) => port.name) }
}

function addressType({ j, node, skb, table }: RuleContext, address: string, operand: FieldOperand): Value {
  const types = skb.family === 6 && table.backend !== 'nft' ? addressTypesSix : fibType
  return types(j, node, skb, address, operand)
}

function tcpFlags(skb: Skb): string[] {
  if (skb.kind === 'syn') return ['syn']
  return skb.kind === 'syn-ack' ? ['syn', 'ack'] : ['rst', 'ack']
}

function connectionValue(skb: Skb, field: Field): Value {
  if (field === 'ct.state') return stateWords(skb)
  const { tracking } = skb
  if (!tracking || tracking === 'untracked') return ABSENT
  const { connection, direction } = tracking
  switch (field) {
    case 'ct.mark':
      return connection.mark
    case 'ct.status':
      return [...connection.status]
    case 'ct.direction':
      return direction
    case 'ct.zone':
      return 0
    case 'ct.proto':
      return connection.protocol === 'icmp' && connection.family === 6 ? 'icmpv6' : connection.protocol
    default:
      return tupleValue(skb, connection, field)
  }
}

function tupleValue(skb: Skb, connection: Connection, field: Field): Value {
  const [, side, part] = field.split('.')
  const tuple = side === 'orig' ? connection.original : connection.reply
  if (part === 'saddr') return tuple.source
  if (part === 'daddr') return tuple.destination
  return port(skb, part === 'sport' ? tuple.sport : tuple.dport)
}
