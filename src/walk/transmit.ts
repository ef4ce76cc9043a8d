import type { Link } from '../parse/host.ts'
import { bridgeOut } from './bridge.ts'
import { runDeviceHook } from './device-hook.ts'
import type { Ended, Outcome } from './ended.ts'
import { type Journey, lost, need, note, proofOf, unknown } from './journey.ts'
import { arriveAtPod } from './pod-in.ts'
import { podWith, whoIsBehind } from './pods.ts'
import { withAnswer } from './reject.ts'
import { carries, type RouteResult } from './resolve-route.ts'
import { ontoSegment } from './segment.ts'
import { leaveNamespace, type Skb } from './skb.ts'
import { encapsulate } from './vxlan.ts'
import type { NodeState, PodEnd } from './world.ts'

/** Devices whose other end cannot be told from a node's state. */
const OPAQUE = new Set([
  'wireguard',
  'ipip',
  'sit',
  'gre',
  'gretap',
  'ip6tnl',
  'tun',
  'geneve',
  'vti',
  'xfrm',
  'ipvlan',
  'macvlan',
  'openvswitch',
])

/** A packet leaves by a device: what is behind it depends on the device's kind. */
export function transmit(j: Journey, node: NodeState, skb: Skb, route: RouteResult & { found: 'route' }): Outcome {
  const link = linkOf(node, route.dev, skb)
  const at = `${node.name}/${link.name}`
  mustCarry(node, link, skb)
  runDeviceHook(j, node, 'egress', link.name, skb)
  if (link.name === 'lo') throw roundAndRound(node, link, skb, route)
  const nexthop = route.gateway ?? skb.destination
  if (link.kind === 'bridge') return bridgeOut(j, node, link, nexthop, skb)
  if (link.kind === 'vxlan') return encapsulate(j, node, link, nexthop, skb)
  if (link.kind === 'dummy')
    throw lost(
      node.name,
      at,
      'link-down',
      `${link.name} is a dummy: nothing is behind it`,
      [proofOf(node.links, link)],
      skb,
    )
  if (OPAQUE.has(link.kind)) {
    throw unknown(
      node.name,
      at,
      `what is behind ${link.name} (${link.kind}) cannot be told from here`,
      [proofOf(node.links, link)],
      skb,
    )
  }
  const pod = podWith(j, nexthop, node.name)
  if (pod && link.kind === 'veth' && isOwnVeth(j, node, link, pod, nexthop, route, skb)) {
    note(j, at, `${link.name} leads to pod ${pod.name}`, proofOf(node.links, link))
    leaveNamespace(skb)
    return arriveAtPod(j, pod, skb)
  }
  return ontoSegment(j, node, link, nexthop, skb)
}

/**
 * A route that leads to no address of the host, but out by `lo`: a forwarded packet comes back with its route and is forwarded again
 * (loopback_xmit keeps it). IPv6 takes no such route for one (ip6_route_info_create makes it unreachable).
 */
function roundAndRound(node: NodeState, link: Link, skb: Skb, route: RouteResult & { found: 'route' }): Ended {
  const by = `the route to ${skb.destination} leads out by lo, where nobody is`
  const proof = [...route.proof, proofOf(node.links, link)]
  const ended = lost(node.name, `${node.name}/lo`, 'no-route', by, proof, skb)
  return skb.fromProcess ? ended : withAnswer(node, skb, ended.outcome.end, 'icmp-time-exceeded')
}

/** The device by its name, or the end of the walk where the dump does not have it. */
function linkOf(node: NodeState, dev: string, skb: Skb): Link {
  const link = need(node, node.links, skb).find((one) => one.name === dev)
  if (!link) throw unknown(node.name, `${node.name}/${dev}`, `${dev} is not in ${node.links.path}`, [], skb)
  return link
}

/** Ends the walk at a device that carries nothing. */
export function mustCarry(node: NodeState, link: Link, skb: Skb): void {
  if (carries(link)) return
  const by = link.up ? `${link.name} has no carrier` : `${link.name} is down`
  throw lost(node.name, `${node.name}/${link.name}`, 'link-down', by, [proofOf(node.links, link)], skb)
}

/**
 * A veth that was made for a pod has no subnet (a node in a container has veths to other networks); the neighbour table knows the pod
 * behind it, or where it is silent there is a route to that pod alone.
 */
function isOwnVeth(
  j: Journey,
  node: NodeState,
  link: Link,
  pod: PodEnd,
  nexthop: string,
  route: RouteResult & { found: 'route' },
  skb: Skb,
): boolean {
  const hasSubnet = need(node, node.addresses, skb).some(
    ({ dev, scope, prefixLength, family }) =>
      dev === link.name && scope !== 'link' && prefixLength < (family === 4 ? 32 : 128),
  )
  if (hasSubnet || link.master !== undefined) return false
  const seenOn = need(node, node.neighbours, skb).filter((n) => n.address === nexthop && n.mac !== undefined)
  if (seenOn.length > 0) return seenOn.some((n) => n.dev === link.name)
  if (!/\/(32|128)$/.test(route.route.destination) || route.gateway !== undefined) return false
  const behind = whoIsBehind(j, node, link, pod, skb)
  if (behind !== 'open') return behind === 'pod'
  const why = `which pod is behind ${link.name} cannot be told: routes lead several pods' packets there`
  throw unknown(node.name, `${node.name}/${link.name}`, why, route.proof, skb)
}
