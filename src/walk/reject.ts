import type { Family, Proof } from '../model.ts'
import { Ended, type Outcome } from './ended.ts'
import type { RuleContext } from './fields.ts'
import { need } from './journey.ts'
import { sourceSix } from './select-source.ts'
import { answerTo, bare, packetOf, type Skb, tupleOf } from './skb.ts'
import type { End, NodeState } from './world.ts'

/** ICMP type and code of a rejection, by the kind behind `icmp-`, `icmp6-` or `icmpx-` (nf_reject, nft_reject_inet). */
const CODES: Record<string, Record<Family, [number, number]>> = {
  'port-unreachable': { 4: [3, 3], 6: [1, 4] },
  'host-unreachable': { 4: [3, 1], 6: [1, 3] },
  'net-unreachable': { 4: [3, 0], 6: [1, 0] },
  'proto-unreachable': { 4: [3, 2], 6: [1, 4] },
  'addr-unreachable': { 4: [3, 1], 6: [1, 3] },
  'no-route': { 4: [3, 0], 6: [1, 0] },
  'net-prohibited': { 4: [3, 9], 6: [1, 1] },
  'host-prohibited': { 4: [3, 10], 6: [1, 1] },
  'admin-prohibited': { 4: [3, 13], 6: [1, 1] },
  'policy-fail': { 4: [3, 13], 6: [1, 5] },
  'reject-route': { 4: [3, 13], 6: [1, 6] },
  'fragmentation-needed': { 4: [3, 4], 6: [2, 0] },
  'time-exceeded': { 4: [11, 0], 6: [3, 0] },
}

/** End of a packet that a rule refuses with an answer. */
export function reject(
  context: RuleContext,
  how: string,
  at: string,
  proof: Proof,
  rule: { table: string; chain: string },
): Ended {
  const { node, skb, hook } = context
  const end: End = {
    fate: 'rejected',
    node: node.name,
    at,
    with: how,
    by: 'a rule rejects it',
    proof: [proof],
    packet: packetOf(skb),
    hook,
    rule: { path: proof.path, line: proof.line ?? 0, ...rule },
  }
  return refuse(node, skb, end)
}

/** End with an answer of the kernel: a TCP reset, or an ICMP error that quotes the packet. */
export function refuse(node: NodeState, skb: Skb, end: End & { fate: 'rejected' }): Ended {
  return withAnswer(node, skb, end, end.with)
}

/** An end of which the sender is told: by `tcp-reset` or `rst`, or an ICMP error of that kind. */
export function withAnswer(node: NodeState, skb: Skb, end: End, how: string): Ended {
  const answer = how === 'tcp-reset' || how === 'rst' ? resetTo(skb) : errorAbout(node, skb, how)
  const outcome: Outcome = { end }
  if (answer) {
    if (how === 'tcp-reset') answer.anySource = true
    // REJECT and icmp_send do; the transport layer has let go of the connection before it answers (nf_reset_ct), so that its answer
    // is looked up as any packet
    if (end.rule || end.fate === 'lost') attach(skb, answer)
    outcome.answer = { from: { node: node.name }, skb: answer }
    // a reset to what bridge-nf has seen goes out by the port that it came in by, past OUTPUT and translation (nf_send_reset)
    if (how === 'tcp-reset' && skb.physin !== '' && skb.fromPod !== undefined) outcome.answer.straightTo = skb.fromPod
  }
  return new Ended(outcome)
}

/** nf_send_reset answers TCP only, and never a reset. */
function resetTo(skb: Skb): Skb | undefined {
  return skb.protocol === 'tcp' && skb.kind !== 'rst' ? answerTo(skb, 'rst') : undefined
}

/**
 * icmp_send: the error comes from the packet's destination where its route leads to this host (IPv6: where that is an address of it),
 * else from the address by which the host reaches the sender (left open here). There is no error about an error.
 */
function errorAbout(node: NodeState, skb: Skb, how: string): Skb | undefined {
  if (skb.kind === 'error') return undefined
  const kind = how.replace(/^icmp[6x]?-/, '')
  const [type, code] = CODES[kind]?.[skb.family] ?? CODES['port-unreachable']![skb.family]
  const known = need(node, node.addresses, skb).some((address) => address.address === skb.destination)
  const local = skb.family === 4 ? (skb.toHost ?? known) : known
  const error = bare(skb.family, 'icmp', local ? skb.destination : nearestTo(node, skb), skb.source)
  error.kind = 'error'
  error.icmp = { type, code }
  error.inner = { ...tupleOf(skb), protocol: skb.protocol }
  error.length = errorLength(skb)
  if (skb.anyLength) error.anyLength = [skb.anyLength[0] + 28, 1280]
  error.isAnswer = true
  if (skb.anyPorts) error.anyPorts = skb.anyPorts
  return error
}

/** icmp6_send takes the best address of the device that the packet came in by; IPv4 leaves it to the route ('' here). */
function nearestTo(node: NodeState, skb: Skb): string {
  return skb.family === 6 && skb.iif !== '' ? (sourceSix(node, skb.iif, skb.source, skb) ?? '') : ''
}

/** IP and ICMP headers before as much of the packet as fits 576 or 1280 bytes (RFC 1812 4.3.2.3, RFC 4443 2.4). */
export function errorLength({ family, length }: Skb): number {
  return family === 4 ? Math.min(length + 28, 576) : Math.min(length + 48, 1280)
}

/** The answer belongs to the connection of the packet that caused it, also before that is confirmed (nf_ct_attach). */
function attach(skb: Skb, answer: Skb): void {
  const { tracking } = skb
  // an untracked packet has nothing to give: its answer is looked up, and a reset without a connection is invalid
  if (!tracking || tracking === 'untracked') return
  answer.tracking = {
    connection: tracking.connection,
    direction: tracking.direction === 'original' ? 'reply' : 'original',
    related: true,
  }
}
