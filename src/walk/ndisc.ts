import { addressBits, addressText } from '../net.ts'
import { runDeviceHook } from './device-hook.ts'
import { Ended } from './ended.ts'
import type { Journey } from './journey.ts'
import { lost, need, proofOf } from './journey.ts'
import { runHook } from './netfilter.ts'
import { bare, type Skb } from './skb.ts'
import type { End, NodeState } from './world.ts'

/** One end of a neighbour's discovery: a node's device, or a pod, which has no rules of its own. */
export type Side = { node: NodeState; dev: string } | 'pod'

/**
 * IPv6 finds a neighbour's MAC address by ICMPv6 packets that pass the hooks of both ends (RFC 4861; conntrack leaves them untracked).
 * Who is asked learns the asker's address (ndisc_recv_ns). Returns the end of the packet that did not get through, undefined where the
 * neighbour is found.
 */
export function discovery(j: Journey, asker: Side, answerer: Side, target: string, source: string): End | undefined {
  if (asker !== 'pod' && j.taught.has(taughtKey(asker, target))) return undefined
  const solicitation = neighbourPacket(135, source, solicitedNode(target))
  solicitation.multicast = true
  const unasked = crossing(j, asker, answerer, solicitation)
  if (unasked) return unasked
  if (answerer !== 'pod') j.taught.add(taughtKey(answerer, source))
  if (answerer !== 'pod' && asker !== 'pod') {
    const astray = answerAstray(answerer, asker, source)
    if (astray) return astray
  }
  return crossing(j, answerer, asker, neighbourPacket(136, target, source))
}

/** The answer goes by the answerer's own entry for the asker, which a fixed one keeps from learning. */
function answerAstray(answerer: Exclude<Side, 'pod'>, asker: Exclude<Side, 'pod'>, source: string): End | undefined {
  const { node, dev } = answerer
  const entry = need(node, node.neighbours).find((one) => one.dev === dev && one.address === source)
  const mac = need(asker.node, asker.node.links).find((link) => link.name === asker.dev)?.mac
  if (!entry?.state.includes('PERMANENT') || entry.mac === mac) return undefined
  const by = `the answer goes to ${entry.mac}, the fixed entry of ${source}`
  return lost(node.name, `${node.name}/${dev}`, 'neighbour', by, [proofOf(node.neighbours, entry)]).outcome.end
}

function taughtKey({ node, dev }: Exclude<Side, 'pod'>, address: string): string {
  return `${node.name}/${dev}/${address}`
}

/** Address that a node asks from on a device: the packet's own if it has it there, else its link-local one (ndisc_send_ns). */
export function askingAddress(node: NodeState, dev: string, skb: Skb): string {
  const own = need(node, node.addresses, skb).filter((address) => address.dev === dev && address.family === 6)
  const kept = own.find((address) => address.address === skb.source)
  return (kept ?? own.find((address) => address.scope === 'link') ?? own[0])?.address ?? '::'
}

function neighbourPacket(type: number, source: string, destination: string): Skb {
  const skb = bare(6, 'icmp', source, destination)
  skb.icmp = { type, code: 0 }
  skb.kind = 'echo'
  skb.ttl = 255
  skb.length = 72
  return skb
}

/** ff02::1:ff00:0/104 and the last 24 bits of the address (RFC 4291 section 2.7.1). */
function solicitedNode(target: string): string {
  const base = addressBits('ff02::1:ff00:0') ?? 0n
  return addressText(6, base | ((addressBits(target) ?? 0n) & 0xffffffn))
}

function crossing(j: Journey, from: Side, to: Side, skb: Skb): End | undefined {
  const silent: Journey = { ...j, steps: [], connections: [] }
  try {
    if (from !== 'pod') {
      skb.oif = from.dev
      runHook(silent, from.node, 'output', skb)
      runHook(silent, from.node, 'postrouting', skb)
      runDeviceHook(silent, from.node, 'egress', from.dev, skb)
    }
    if (to !== 'pod') {
      const arrived: Skb = { ...skb, iif: to.dev, oif: '', mark: 0 }
      delete arrived.tracking
      runDeviceHook(silent, to.node, 'ingress', to.dev, arrived)
      runHook(silent, to.node, 'prerouting', arrived)
      runHook(silent, to.node, 'input', arrived)
    }
    return undefined
  } catch (thrown) {
    if (thrown instanceof Ended) return thrown.outcome.end
    throw thrown
  }
}
