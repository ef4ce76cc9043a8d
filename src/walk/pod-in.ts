import { isLoopback } from '../net.ts'
import type { Outcome } from './ended.ts'
import { dropped, type Journey, lost, note } from './journey.ts'
import { deadRoute } from './pods.ts'
import { errorLength } from './reject.ts'
import { answerTo, packetOf, type Skb, show } from './skb.ts'
import { arriveAtOrigin, listenerFor } from './socket.ts'
import type { End, PodEnd } from './world.ts'

/** A packet arrives in a pod (`stays`: it never left it): its socket, as far as its listeners were read, and what is sent back. */
export function arriveAtPod(j: Journey, pod: PodEnd, skb: Skb, stays = false): Outcome {
  const at = `pod ${pod.name}`
  if (!pod.running) throw lost(pod.node, at, 'no-address', `pod ${pod.name} does not run`, [], skb)
  if (!pod.addresses.includes(skb.destination)) {
    throw lost(pod.node, at, 'no-address', `${skb.destination} is no address of pod ${pod.name}`, [], skb)
  }
  // ip_route_input_slow (route_localnet is off in pods), ip6_rcv_core
  if (isLoopback(skb.source) && !stays) {
    throw dropped(pod.node, at, `martian source: ${skb.source} comes by the wire`, [], skb)
  }
  // IPv6 has no such check
  if (skb.family === 4 && pod.addresses.includes(skb.source) && !stays) {
    const by = `martian source: ${skb.source} is the pod's own address, yet it came by the wire`
    throw dropped(pod.node, at, by, [], skb)
  }
  const dead = stays ? undefined : deadRoute(pod, skb.destination)
  if (dead) throw lost(pod.node, at, 'link-down', 'the device of the pod has no carrier', [dead], skb)
  const from = { node: pod.node, pod }
  if (skb.isAnswer) return arriveAtOrigin(j, from, skb)
  const to = {
    ip: skb.destination,
    node: pod.node,
    pod: pod.name,
    ...(skb.dport === undefined ? {} : { port: skb.dport }),
  }
  const place = { packet: packetOf(skb) }
  if (!pod.listeners || 'missing' in pod.listeners || skb.protocol === 'icmp') {
    note(j, at, `${show(skb)} arrives`)
    return { end: { fate: 'delivered', to, ...place }, answer: { from, skb: answerTo(skb, 'served') } }
  }
  const listener = listenerFor(pod.listeners, skb)
  if (listener) {
    note(j, at, `${show(skb)} arrives at a listener`, listener)
    return { end: { fate: 'delivered', to, ...place }, answer: { from, skb: answerTo(skb, 'served') } }
  }
  const proof = [{ path: pod.listeners.path }]
  const by = `nothing listens on ${skb.protocol} port ${skb.dport} for this address`
  const end: End = {
    fate: 'rejected',
    node: pod.node,
    at,
    with: skb.protocol === 'udp' ? 'icmp-port-unreachable' : 'rst',
    by,
    proof,
    ...place,
  }
  const answer = skb.protocol === 'udp' ? portUnreachable(skb) : answerTo(skb, 'rst')
  return { end, answer: { from, skb: answer } }
}

function portUnreachable(skb: Skb): Skb {
  const answer: Skb = { ...answerTo(skb, 'served'), protocol: 'icmp', kind: 'error', fromProcess: false }
  delete answer.anyLength
  answer.length = errorLength(skb)
  answer.icmp = skb.family === 4 ? { type: 3, code: 3 } : { type: 1, code: 4 }
  answer.inner = { source: skb.source, destination: skb.destination, protocol: skb.protocol }
  if (skb.sport !== undefined) answer.inner.sport = skb.sport
  if (skb.dport !== undefined) answer.inner.dport = skb.dport
  delete answer.sport
  delete answer.dport
  return answer
}
