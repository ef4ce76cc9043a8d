import type { Family, Proof } from '../model.ts'
import { contains } from '../net.ts'
import type { Link, Route } from '../parse/host.ts'
import type { Change, NodeState, World } from '../walk/world.ts'
import type { CniFact, NodeFact } from './cluster.ts'
import type { Reader } from './reader.ts'

/** One way in which a node's part of flannel's VXLAN differs from what the Node objects say. */
export interface OverlayDrift {
  node: string
  kind:
    | 'device-missing'
    | 'device-down'
    | 'port' // other UDP port or VNI than the others
    | 'local-address' // tunnels leave from an address that is not the node's
    | 'annotation-missing' // the peers have not been told of this node
    | 'public-address' // the peers have been told an address that is not the node's
    | 'route' // no route, or another one, to a peer's pods
    | 'neighbour'
    | 'fdb'
    | 'bridge-down'
    | 'bridge-address' // the bridge of the pods is in another network than the node's pods
  /** The peer that is concerned, where one is. */
  peer?: string
  says: string
  proof: Proof[]
  changes: Change[]
}

const ANNOTATION = 'flannel.alpha.coreos.com/'

/** What flannel has written on the Node objects for its peers, for each family that it carries. */
export function flannelAnnotations(node: NodeFact, family: Family = 4): { publicIp?: string; mac?: string } {
  const all = node.object.metadata.annotations ?? {}
  const found: { publicIp?: string; mac?: string } = {}
  const ip = all[`${ANNOTATION}public-ip${family === 6 ? 'v6' : ''}`]
  if (ip) found.publicIp = ip
  try {
    const mac = (
      JSON.parse(all[`${ANNOTATION}backend-${family === 6 ? 'v6-' : ''}data`] ?? '{}') as { VtepMAC?: string }
    ).VtepMAC
    if (mac) found.mac = mac
  } catch {
    // an annotation that is no JSON tells peers nothing either
  }
  return found
}

/** Compares each looked-at node's VXLAN device, routes, neighbours and forwarding entries with what flannel must have made of the Node objects. */
export function overlayDrifts(world: World, nodes: readonly NodeFact[], cni: CniFact, r: Reader): OverlayDrift[] {
  if (cni.kind !== 'flannel' || cni.flannel?.backend !== 'vxlan') return []
  const { vni, port } = cni.flannel
  return [...world.nodes.values()].flatMap((state) => {
    const me = nodes.find((n) => n.name === state.name)
    if (
      !me ||
      'missing' in state.links ||
      'missing' in state.routes ||
      'missing' in state.neighbours ||
      'missing' in state.fdb
    )
      return []
    return [
      ...deviceDrifts(state, me, nodes, vni, port, r),
      ...peerDrifts(state, me, nodes, { family: 4, dev: `flannel.${vni}` }, r),
      ...peerDrifts(state, me, nodes, { family: 6, dev: `flannel-v6.${vni}` }, r),
      ...bridgeDrifts(state, me, r),
    ]
  })
}

function read<T>(part: { value: T; path: string } | { missing: string; path: string }): T {
  return (part as { value: T }).value
}

function deviceDrifts(
  state: NodeState,
  me: NodeFact,
  nodes: readonly NodeFact[],
  vni: number,
  port: number,
  r: Reader,
): OverlayDrift[] {
  const name = `flannel.${vni}`
  const links = read(state.links)
  const device = links.find((l) => l.name === name)
  const drifts: OverlayDrift[] = []
  const add = (kind: OverlayDrift['kind'], says: string, proof: Proof[], changes: Change[]) =>
    drifts.push({ node: state.name, kind, says, proof, changes })
  const annotated = flannelAnnotations(me)
  const nodeProof = r.proofAt('api/nodes.json', 'items', me.index, 'metadata', 'annotations')
  const own = me.internalIps[0] ?? ''
  if (!annotated.publicIp)
    add(
      'annotation-missing',
      `Node ${state.name} lacks flannel's annotations, so the other nodes have no way to its pods: its flannel has not registered it.`,
      [nodeProof],
      [],
    )
  else if (!me.internalIps.includes(annotated.publicIp))
    add(
      'public-address',
      `flannel on ${state.name} has told the other nodes the address ${annotated.publicIp}, but the node's is ${own}: it has chosen the wrong network interface.`,
      [r.proofAt('api/nodes.json', 'items', me.index, 'metadata', 'annotations', `${ANNOTATION}public-ip`)],
      [],
    )
  if (!device) {
    const outer = links.find((l) => read(state.addresses).some((a) => a.dev === l.name && a.address === own))
    const link: Omit<Link, 'line' | 'raw'> = {
      index: 9999,
      name,
      up: true,
      operstate: 'UNKNOWN',
      mac: annotated.mac ?? '02:00:00:00:00:01',
      mtu: 1450,
      kind: 'vxlan',
      promiscuous: false,
      vxlan: { id: vni, port, local: own, learning: false, ...(outer ? { dev: outer.name } : {}) },
    }
    add(
      'device-missing',
      `${state.name} has no VXLAN device ${name}: the overlay network does not exist there.`,
      [r.proofLine(state.links.path, 1)],
      [{ change: 'add-link', node: state.name, link }],
    )
    return drifts
  }
  const proof = [r.proofLine(state.links.path, device.line)]
  if (!device.up)
    add('device-down', `${name} on ${state.name} is down, and its routes are gone with it.`, proof, [
      { change: 'set-link', node: state.name, dev: name, up: true },
    ])
  if (device.vxlan && (device.vxlan.port !== port || device.vxlan.id !== vni)) {
    const peer = nodes.find((n) => n.name !== state.name)?.name
    add(
      'port',
      `${name} on ${state.name} uses UDP port ${device.vxlan.port} and VNI ${device.vxlan.id}; ${peer ? `${peer} and the configuration say` : 'the configuration says'} ${port} and ${vni}.`,
      proof,
      [{ change: 'set-link', node: state.name, dev: name, vxlanPort: port, vxlanId: vni }],
    )
  }
  if (device.vxlan?.local && !me.internalIps.includes(device.vxlan.local))
    add(
      'local-address',
      `${name} on ${state.name} sends from ${device.vxlan.local}, which is not the node's address ${own}.`,
      proof,
      [{ change: 'set-link', node: state.name, dev: name, vxlanLocal: own }],
    )
  return drifts
}

/** Routes, neighbours and forwarding entries to each peer, in one family: flannel has a device for each. */
function peerDrifts(
  state: NodeState,
  me: NodeFact,
  nodes: readonly NodeFact[],
  { family, dev }: { family: Family; dev: string },
  r: Reader,
): OverlayDrift[] {
  const routes = read(state.routes).filter((x) => x.family === family && x.table === 'main')
  return nodes.flatMap((peer): OverlayDrift[] => {
    const cidr = peer.podCidrs.find((c) => c.includes(':') === (family === 6))
    const { publicIp, mac } = flannelAnnotations(peer, family)
    // of IPv6 nothing is said where flannel was not told to carry it
    if (peer.name === me.name || !cidr || (family === 6 && !flannelAnnotations(me, 6).mac)) return []
    const drifts: OverlayDrift[] = []
    const vtep = cidr.replace(/\/\d+$/, '')
    const add = (kind: OverlayDrift['kind'], says: string, proof: Proof[], changes: Change[]) =>
      drifts.push({ node: state.name, kind, peer: peer.name, says, proof, changes })
    const known = peer.object.metadata.annotations !== undefined && publicIp !== undefined && mac !== undefined
    const want: Omit<Route, 'line' | 'raw'> = {
      family,
      type: 'unicast',
      destination: cidr,
      table: 'main',
      dev,
      gateway: vtep,
      metric: 0,
      flags: ['onlink'],
    }
    const found = routes.filter(
      (x) =>
        x.destination === cidr ||
        (!x.destination.endsWith('/0') && contains(cidr, x.destination.replace(/\/\d+$/, ''))),
    )
    const right = found.find((x) => x.dev === dev && x.destination === cidr)
    const wrong = found.filter((x) => x !== right)
    if (!right || wrong.length > 0) {
      const says = wrong[0]
        ? `${state.name} sends packets for the pods of ${peer.name} (${cidr}) elsewhere: ${routeText(wrong[0])}.`
        : `${state.name} has no route to the pods of ${peer.name} (${cidr}).`
      add(
        'route',
        says,
        [r.proofLine(state.routes.path, wrong[0]?.line ?? 1)],
        [
          ...wrong.map(
            (x): Change => ({ change: 'delete-route', node: state.name, line: x.line, path: state.routes.path }),
          ),
          ...(right ? [] : [{ change: 'add-route' as const, node: state.name, route: want }]),
        ],
      )
    }
    if (!known) return drifts
    const neighbour = read(state.neighbours).find((n) => n.dev === dev && n.address === vtep)
    if (neighbour?.mac !== mac)
      add(
        'neighbour',
        `${state.name} has ${neighbour?.mac ? `the wrong MAC ${neighbour.mac}` : 'no MAC'} for ${peer.name}'s end of the tunnel; it is ${mac}.`,
        [r.proofLine(state.neighbours.path, neighbour?.line ?? 1)],
        [{ change: 'replace-neighbour', node: state.name, address: vtep, dev, mac }],
      )
    // what the peer really has for an address counts, an annotation may name the wrong one
    const entries = read(state.fdb).filter((f) => f.dev === dev && f.mac === mac && f.dst)
    const entry = entries[0]
    if (!entries.some((e) => e.dst === publicIp) || entries.length > 1)
      add(
        'fdb',
        `${state.name} sends the tunnel packets for ${peer.name} to ${entry?.dst ?? 'nobody'}; ${peer.name} is at ${publicIp}.`,
        [r.proofLine(state.fdb.path, entry?.line ?? 1)],
        [{ change: 'replace-fdb', node: state.name, mac, dev, dst: publicIp }],
      )
    return drifts
  })
}

function bridgeDrifts(state: NodeState, me: NodeFact, r: Reader): OverlayDrift[] {
  const links = read(state.links)
  const bridge = links.find((l) => l.name === 'cni0' && l.kind === 'bridge')
  const cidr = me.podCidrs.find((c) => !c.includes(':'))
  if (!bridge || !cidr || 'missing' in state.addresses) return []
  const drifts: OverlayDrift[] = []
  if (!bridge.up)
    drifts.push({
      node: state.name,
      kind: 'bridge-down',
      says: `The bridge cni0 on ${state.name}, to which its pods are attached, is down.`,
      proof: [r.proofLine(state.links.path, bridge.line)],
      changes: [
        { change: 'set-link', node: state.name, dev: 'cni0', up: true },
        {
          change: 'add-route',
          node: state.name,
          route: {
            family: 4,
            type: 'unicast',
            destination: cidr,
            table: 'main',
            dev: 'cni0',
            metric: 0,
            scope: 'link',
            flags: [],
          },
        },
      ],
    })
  const address = read(state.addresses).find((a) => a.dev === 'cni0' && a.family === 4)
  if (address && !contains(cidr, address.address))
    drifts.push({
      node: state.name,
      kind: 'bridge-address',
      says: `The bridge cni0 on ${state.name} has ${address.address}/${address.prefixLength}, but the node's pods are to be in ${cidr}: new pods cannot start, old ones cannot be answered.`,
      proof: [
        r.proofLine(state.addresses.path, address.line),
        r.proofAt('api/nodes.json', 'items', me.index, 'spec', 'podCIDR'),
      ],
      changes: [],
    })
  return drifts
}

function routeText(route: Route): string {
  return `${route.type === 'unicast' ? '' : `${route.type} `}${route.destination}${route.gateway ? ` via ${route.gateway}` : ''}${route.dev ? ` dev ${route.dev}` : ''}`
}
