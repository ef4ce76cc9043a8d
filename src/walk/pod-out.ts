import { contains, prefixLength } from '../net.ts'
import type { Route } from '../parse/host.ts'
import { bridgeIn } from './bridge.ts'
import type { Outcome } from './ended.ts'
import { type Journey, lost, need, nodeOf, note, proofOf, unknown } from './journey.ts'
import { sendLocal } from './local-out.ts'
import { cutToFit } from './mtu.ts'
import { arriveAtPod } from './pod-in.ts'
import { attachmentOf } from './pods.ts'
import { receive } from './receive.ts'
import { subnet } from './select-source.ts'
import { type Skb, show } from './skb.ts'
import { mustCarry } from './transmit.ts'
import type { NodeState, PodEnd } from './world.ts'

/** A packet leaves a pod: its own route, then the port that connects it to its node. */
export function sendFromPod(j: Journey, pod: PodEnd, skb: Skb): Outcome {
  const node = nodeOf(j, pod.node, skb)
  if (pod.hostNetwork) return sendLocal(j, node, skb)
  const at = `pod ${pod.name}`
  if (pod.addresses.includes(skb.destination)) {
    note(j, at, `${show(skb)} stays in the pod`)
    return arriveAtPod(j, pod, skb, true)
  }
  skb.fromProcess = false
  skb.fromPod = pod.name
  const place = attachmentOf(j, node, pod, skb)
  const nexthop = nexthopOf(j, node, pod, place.to === 'bridge' ? place.bridge.name : undefined, skb)
  // the pod's end of its veth is taken to have the MTU of the node's end
  cutToFit(node, skb, place.to === 'veth' ? place.link.name : (place.port ?? place.bridge).name)
  if (place.to === 'bridge') return bridgeIn(j, node, place.bridge, place.port, nexthop.address, skb)
  mustCarry(node, place.link, skb)
  if (nexthop.asked) mustSpeakFor(node, place.link.name, nexthop.address, skb)
  return receive(j, node, place.link.name, skb)
}

/** Neighbour that a pod sends to. `asked`: it is the destination itself, and the pod's routes say so. */
interface Nexthop {
  address: string
  asked?: true
}

/**
 * A pod at the end of a veth asks for a destination that its route calls a neighbour. Of IPv6 the node answers for the addresses of that
 * device only; of IPv4 it is taken to answer for others as well (proxy_arp, which nodes that do without a bridge have on).
 */
function mustSpeakFor(node: NodeState, dev: string, address: string, skb: Skb): void {
  if (skb.family === 4) return
  if (need(node, node.addresses, skb).some((own) => own.dev === dev && own.address === address)) return
  const by = `nobody answers the pod's question for ${address} on ${dev}`
  throw lost(node.name, `${node.name}/${dev}`, 'neighbour', by, [{ path: node.addresses.path }], skb)
}

/** Neighbour that the pod hands the packet to: by its own routes where they were read, else its subnet or its bridge's address. */
function nexthopOf(j: Journey, node: NodeState, pod: PodEnd, bridge: string | undefined, skb: Skb): Nexthop {
  const at = `pod ${pod.name}`
  // a pod without IPv6 has no routes of it; one without any of IPv4 has lost its interface
  if (
    pod.routes &&
    'value' in pod.routes &&
    (skb.family === 4 || pod.routes.value.some((route) => route.family === 6))
  ) {
    const route = bestRoute(pod.routes.value, skb)
    if (!route)
      throw lost(
        pod.node,
        at,
        'no-route',
        `the pod has no route to ${skb.destination}`,
        [{ path: pod.routes.path }],
        skb,
      )
    if (route.unread) {
      const why = `a route of the pod was not understood: ${route.unread.join(' ')}`
      throw unknown(pod.node, at, why, [proofOf(pod.routes, route)], skb)
    }
    if (route.flags.includes('linkdown')) {
      throw lost(pod.node, at, 'link-down', `the pod's ${route.dev} has no carrier`, [proofOf(pod.routes, route)], skb)
    }
    note(j, at, `${show(skb)} leaves${route.gateway ? ` by ${route.gateway}` : ''}`, proofOf(pod.routes, route))
    return route.gateway === undefined ? { address: skb.destination, asked: true } : { address: route.gateway }
  }
  if (bridge === undefined) return { address: skb.destination }
  const own = need(node, node.addresses, skb).filter(
    (a) => a.dev === bridge && a.family === skb.family && a.scope !== 'link',
  )
  const gateway = own.find((address) => contains(subnet(address), sourceOf(pod, skb)))
  if (!gateway) {
    const why = `${bridge} has no address in the pod's subnet: its gateway is not known`
    throw unknown(pod.node, at, why, [{ path: node.addresses.path }], skb)
  }
  if (contains(subnet(gateway), skb.destination)) return { address: skb.destination }
  note(
    j,
    at,
    `${show(skb)} leaves by ${gateway.address} (the pod's routes were not read: its bridge is taken for its gateway)`,
    proofOf(node.addresses, gateway),
  )
  return { address: gateway.address }
}

function sourceOf(pod: PodEnd, skb: Skb): string {
  return pod.addresses.includes(skb.source) ? skb.source : (pod.addresses[0] ?? skb.source)
}

function bestRoute(routes: Route[], skb: Skb): Route | undefined {
  return routes
    .filter(
      (route) =>
        route.family === skb.family &&
        route.type === 'unicast' &&
        !route.tos &&
        (route.from === undefined || contains(route.from, skb.source)) &&
        contains(route.destination, skb.destination),
    )
    .toSorted((a, b) => prefixLength(b.destination) - prefixLength(a.destination) || a.metric - b.metric)[0]
}
