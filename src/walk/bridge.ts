import type { Proof } from '../model.ts'
import type { Link, Neighbour } from '../parse/host.ts'
import { mustBeAnswered } from './arp.ts'
import { runBridgeHook } from './bridge-hook.ts'
import { astray, deliverable, floods, mustForward, mustHaveCarrier, mustHear, refusedBy } from './bridge-port.ts'
import { mayPassEgress, runDeviceHook } from './device-hook.ts'
import type { Ended, Outcome } from './ended.ts'
import { forward } from './forwarding.ts'
import { endText, isSet, type Journey, lost, need, note, proofOf, sysctl } from './journey.ts'
import { localIn } from './local-in.ts'
import { mustBeTaken } from './mtu.ts'
import { discovery } from './ndisc.ts'
import { runHook } from './netfilter.ts'
import { arriveAtPod } from './pod-in.ts'
import { attachmentOf, podWith, portsOf } from './pods.ts'
import { accept, receive } from './receive.ts'
import { isLocal, type RouteResult, resolveRoute } from './resolve-route.ts'
import { routeInput } from './route-input.ts'
import { isDead, mustBeFound, ontoSegment } from './segment.ts'
import { leaveNamespace, type Skb, show, UNKNOWN_PORT } from './skb.ts'
import { mustCarry } from './transmit.ts'
import type { NodeState, PodEnd } from './world.ts'

/** Whether bridged packets pass the hooks of IP too: br_netfilter is loaded and asked to, for the whole namespace or this bridge. */
function callsIptables(node: NodeState, bridge: Link, skb: Skb): boolean {
  const key = skb.family === 4 ? 'net/bridge/bridge-nf-call-iptables' : 'net/bridge/bridge-nf-call-ip6tables'
  if (isSet(node, key, skb)) return true
  return (skb.family === 4 ? bridge.bridge?.nfCallIptables : bridge.bridge?.nfCallIp6tables) ?? false
}

/** Line of the switch that keeps bridged packets from iptables. */
function whyNot(node: NodeState, skb: Skb): Proof[] {
  const found = sysctl(node, `net/bridge/bridge-nf-call-${skb.family === 4 ? 'iptables' : 'ip6tables'}`, skb)
  return [found?.proof ?? { path: node.sysctls.path }]
}

/** Who has an address on a bridge: the node itself, a pod, or nobody that is known. */
function ownerOf(j: Journey, node: NodeState, bridge: Link, address: string, skb: Skb): 'host' | PodEnd | undefined {
  const own = need(node, node.addresses, skb).filter((one) => one.address === address)
  if (own.some((one) => one.dev === bridge.name)) return 'host'
  // of its other addresses a host answers for those of IPv4 only (arp_ignore 0)
  return podWith(j, address, node.name) ?? (own.length > 0 && skb.family === 4 ? 'host' : undefined)
}

/**
 * A frame comes into a bridge by a pod's port, for the neighbour `nexthop`. With bridge-nf it passes PREROUTING of IP first, where
 * translation may send it elsewhere (br_nf_pre_routing_finish).
 */
export function bridgeIn(
  j: Journey,
  node: NodeState,
  bridge: Link,
  port: Link | undefined,
  nexthop: string,
  skb: Skb,
): Outcome {
  mustCarry(node, bridge, skb)
  skb.physin = port?.name ?? UNKNOWN_PORT
  note(j, `${node.name}/bridge ${bridge.name}`, `${show(skb)} comes in by ${port?.name ?? 'a port that is not known'}`)
  if (port) runDeviceHook(j, node, 'ingress', port.name, skb)
  if (port) mustForward(node, port, skb)
  const owner = ownerOf(j, node, bridge, nexthop, skb)
  if (!owner) {
    const by = `nobody on ${bridge.name} has the address ${nexthop}`
    throw lost(node.name, `${node.name}/bridge ${bridge.name}`, 'neighbour', by, [{ path: node.neighbours.path }], skb)
  }
  if (owner === 'host') mustFindHost(j, node, bridge, nexthop, skb)
  else mustHear(j, node, bridge, { from: port, pod: owner }, skb)
  runBridgeHook(j, node, 'prerouting', bridge, skb)
  if (!callsIptables(node, bridge, skb)) {
    if (owner !== 'host') {
      skb.bypass = whyNot(node, skb)
      return switched(j, node, bridge, port, owner, skb)
    }
    runBridgeHook(j, node, 'input', bridge, skb)
    skb.physin = ''
    return receive(j, node, bridge.name, skb)
  }
  const before = skb.destination
  skb.iif = bridge.name
  skb.oif = ''
  runHook(j, node, 'prerouting', skb)
  if (skb.destination !== before) return translatedFrame(j, node, bridge, port, skb)
  if (owner !== 'host') return switched(j, node, bridge, port, owner, skb)
  runBridgeHook(j, node, 'input', bridge, skb)
  runDeviceHook(j, node, 'ingress', bridge.name, skb)
  return accept(j, node, skb)
}

/** A pod must find its node's MAC address before it can send; if the node knows the pod, that went well before. */
function mustFindHost(j: Journey, node: NodeState, bridge: Link, nexthop: string, skb: Skb): void {
  if (skb.family === 4) {
    mustBeAnswered(j, node, bridge.name, nexthop, skb.source, `${node.name}/bridge ${bridge.name}`, skb)
    return
  }
  const known = need(node, node.neighbours, skb).find(
    (n) => n.dev === bridge.name && n.address === skb.source && n.mac !== undefined,
  )
  // the node's answer to the pod's question goes by that entry (an ARP answer goes to where the question came from)
  const gone = astray(node, bridge, known, skb)
  if (gone) throw gone.end
  const end = known ? undefined : discovery(j, 'pod', { node, dev: bridge.name }, nexthop, skb.source)
  if (!end) return
  const by = `the pod cannot find its neighbour ${nexthop}: the discovery is ${endText(end)}`
  throw lost(node.name, `${node.name}/bridge ${bridge.name}`, 'neighbour', by, 'proof' in end ? end.proof : [], skb)
}

/**
 * bridge-nf has translated the destination: the route to it decides. If that is the same bridge again, the frame is switched to the new
 * neighbour without the node forwarding it; else it goes up to the node.
 */
function translatedFrame(j: Journey, node: NodeState, bridge: Link, port: Link | undefined, skb: Skb): Outcome {
  const route = translatedRoute(j, node, bridge, skb)
  if (route.type === 'unicast' && route.dev === bridge.name) {
    const at = `${node.name}/bridge ${bridge.name}`
    const nexthop = route.gateway ?? skb.destination
    const owner = ownerOf(j, node, bridge, nexthop, skb)
    note(j, at, `${show(skb)} is switched to its new destination`, ...route.proof)
    const entry = need(node, node.neighbours, skb).find((n) => n.dev === bridge.name && n.address === nexthop)
    if (entry && isDead(entry)) throw deadNeighbour(node, bridge, entry, skb)
    const gone = astray(node, bridge, entry, skb)
    if (gone) {
      mayPassEgress(j, node, bridge.name, skb)
      const by = deliverable(gone.by, port)
      skb.physout = nameOf(by)
      if (by.length > 0) passBridge(j, node, bridge, skb)
      throw gone.end
    }
    if (owner && owner !== 'host') {
      if (entry?.mac === undefined) {
        // the node must ask for the new neighbour, and be heard by it, before the frame goes on
        mustHear(j, node, bridge, { pod: owner }, skb)
        if (skb.family === 6) mustBeFound(j, node, bridge.name, 'pod', nexthop, skb)
      }
      mayPassEgress(j, node, bridge.name, skb)
      return switched(j, node, bridge, port, owner, skb)
    }
    throw lost(
      node.name,
      at,
      'no-address',
      `nobody on ${bridge.name} has the address ${nexthop}`,
      [{ path: node.neighbours.path }],
      skb,
    )
  }
  runBridgeHook(j, node, 'input', bridge, skb)
  runDeviceHook(j, node, 'ingress', bridge.name, skb)
  skb.toHost = isLocal(route)
  return skb.toHost ? localIn(j, node, skb) : forward(j, node, skb, route)
}

/**
 * IPv6 only asks for a route here (br_nf_pre_routing_finish_ipv6): a frame for the same bridge needs no forwarding, and where there is no
 * route nobody is told. IPv4 looks at forwarding while it routes.
 */
function translatedRoute(j: Journey, node: NodeState, bridge: Link, skb: Skb): RouteResult & { found: 'route' } {
  if (skb.family === 4) return routeInput(j, node, skb)
  const { family, destination, source, iif, mark } = skb
  const route = resolveRoute(j, node, { family, destination, source, iif, mark }, skb)
  if (route.found === 'none') {
    throw lost(
      node.name,
      `${node.name}/route`,
      'no-route',
      `no route to ${destination} (${route.error})`,
      route.proof,
      skb,
    )
  }
  if (route.type === 'unicast' && route.dev === bridge.name) return route
  return routeInput(j, node, skb)
}

/**
 * br_forward: a frame goes from one port to another, or back out of its own if that port is a hairpin. With bridge-nf it passes FORWARD
 * and POSTROUTING of IP on the way.
 */
export function switched(
  j: Journey,
  node: NodeState,
  bridge: Link,
  from: Link | undefined,
  pod: PodEnd,
  skb: Skb,
): Outcome {
  const place = attachmentOf(j, node, pod, skb)
  const to = place.to === 'bridge' ? place.port : undefined
  const refused = refusedBy(j, node, bridge, { from, to, pod }, skb)
  if (refused && !floods(node, bridge, to, skb)) throw refused
  skb.physout = to?.name ?? UNKNOWN_PORT
  passBridge(j, node, bridge, skb)
  if (refused) throw refused
  return outOf(j, node, bridge, to, pod, skb)
}

/** The port by which a frame leaves that may leave by any of these. */
const nameOf = (ports: Link[]) => (ports.length === 1 ? ports[0]!.name : UNKNOWN_PORT)

/** The hooks between two ports of a bridge (__br_forward, br_nf_forward): those of the bridge and, with bridge-nf, those of IP. */
function passBridge(j: Journey, node: NodeState, bridge: Link, skb: Skb): void {
  runBridgeHook(j, node, 'forward', bridge, skb)
  if (callsIptables(node, bridge, skb)) {
    skb.iif = bridge.name
    skb.oif = bridge.name
    note(j, `${node.name}/bridge ${bridge.name}`, `bridge-nf: the frame passes FORWARD and POSTROUTING`)
    runHook(j, node, 'forward', skb)
    skb.iif = ''
    runHook(j, node, 'postrouting', skb)
  }
  runBridgeHook(j, node, 'postrouting', bridge, skb)
}

/** A packet of the node itself, or one that it forwards, leaves by a bridge to a neighbour there (br_dev_xmit). */
export function bridgeOut(j: Journey, node: NodeState, bridge: Link, nexthop: string, skb: Skb): Outcome {
  const at = `${node.name}/bridge ${bridge.name}`
  const pod = podWith(j, nexthop, node.name)
  const entry = need(node, node.neighbours, skb).find((n) => n.dev === bridge.name && n.address === nexthop)
  if (entry && isDead(entry)) throw deadNeighbour(node, bridge, entry, skb)
  if (!pod) {
    const wire = portsOf(node, bridge, skb).find((link) => link.kind !== 'veth' && link.kind !== 'vxlan')
    if (wire) return ontoSegment(j, node, bridge, nexthop, skb)
    throw lost(
      node.name,
      at,
      'no-address',
      `no pod on ${node.name} has the address ${nexthop}`,
      entry ? [proofOf(node.neighbours, entry)] : [{ path: node.neighbours.path }],
      skb,
    )
  }
  if (skb.family === 6 && entry?.mac === undefined) mustBeFound(j, node, bridge.name, 'pod', nexthop, skb)
  const gone = astray(node, bridge, entry, skb)
  const place = attachmentOf(j, node, pod, skb)
  const port = place.to === 'bridge' ? place.port : undefined
  skb.physout = gone ? nameOf(deliverable(gone.by, undefined)) : (port?.name ?? '')
  runBridgeHook(j, node, 'output', bridge, skb)
  runBridgeHook(j, node, 'postrouting', bridge, skb)
  if (gone) throw gone.end
  return outOf(j, node, bridge, port, pod, skb)
}

function deadNeighbour(node: NodeState, bridge: Link, entry: Neighbour, skb: Skb): Ended {
  const by = `the neighbour ${entry.address} does not answer (${entry.state.join(' ')})`
  const proof = [proofOf(node.neighbours, entry)]
  return lost(node.name, `${node.name}/bridge ${bridge.name}`, 'neighbour', by, proof, skb)
}

function outOf(j: Journey, node: NodeState, bridge: Link, port: Link | undefined, pod: PodEnd, skb: Skb): Outcome {
  if (port) {
    mustForward(node, port, skb)
    mustBeTaken(node, skb, port.name)
    runDeviceHook(j, node, 'egress', port.name, skb)
  } else mustHaveCarrier(node, bridge, pod, skb)
  const by = port ? `by ${port.name}` : 'by a port that is not known'
  note(
    j,
    `${node.name}/bridge ${bridge.name}`,
    `to pod ${pod.name} ${by}`,
    ...(port ? [proofOf(node.links, port)] : []),
  )
  leaveNamespace(skb)
  return arriveAtPod(j, pod, skb)
}
