import { canonicalCidr, prefixLength } from '../net.ts'
import type { Address, FdbEntry, Link, Neighbour, Route } from '../parse/host.ts'
import { mapPart } from './change.ts'
import type { Change, NodeState } from './world.ts'

type Of<K extends Change['change']> = Extract<Change, { change: K }>

/** Stands for lines of evidence in what a change adds: there is none. */
const ADDED = { line: 0, raw: '' }

/** Routes and addresses; an address brings its own routes with it and takes them away (fib_add_ifaddr). */
export function changeRoutes(
  node: NodeState,
  change: Of<'add-route' | 'delete-route' | 'add-address' | 'delete-address'>,
): NodeState {
  if (change.change === 'add-route') {
    return { ...node, routes: mapPart(node.routes, (all) => [{ ...change.route, ...ADDED }, ...all]) }
  }
  if (change.change === 'delete-route') {
    const own = node.routes.path
    const keep = (route: Route & { path?: string }) => route.line !== change.line || (route.path ?? own) !== change.path
    return { ...node, routes: mapPart(node.routes, (all) => all.filter(keep)) }
  }
  if (change.change === 'add-address') {
    const address = { ...change.address, ...ADDED }
    return {
      ...node,
      addresses: mapPart(node.addresses, (all) => [...all, address]),
      routes: mapPart(node.routes, (all) => [...routesOf(address), ...all]),
    }
  }
  const gone = (address: Address) => address.dev === change.dev && address.address === change.address
  const own = (route: Route) =>
    route.dev === change.dev &&
    (route.source === change.address || (route.table === 'local' && route.destination.split('/')[0] === change.address))
  return {
    ...node,
    addresses: mapPart(node.addresses, (all) => all.filter((address) => !gone(address))),
    routes: mapPart(node.routes, (all) => all.filter((route) => !own(route))),
  }
}

function routesOf({ dev, family, address, prefixLength: length }: Address): Route[] {
  const most = family === 4 ? 32 : 128
  const base = { family, dev, metric: 0, flags: [], source: address, ...ADDED }
  const routes: Route[] = [{ ...base, type: 'local', table: 'local', destination: `${address}/${most}`, scope: 'host' }]
  const subnet = canonicalCidr(`${address}/${length}`)
  if (subnet !== undefined && prefixLength(subnet) < most) {
    routes.push({ ...base, type: 'unicast', table: 'main', destination: subnet, scope: 'link' })
  }
  return routes
}

/** The neighbour table and the forwarding table of a VXLAN device or bridge. */
export function changeNeighbour(node: NodeState, change: Of<'replace-neighbour' | 'replace-fdb'>): NodeState {
  if (change.change === 'replace-neighbour') {
    const { address, dev, mac } = change
    const entry: Neighbour = {
      family: address.includes(':') ? 6 : 4,
      address,
      dev,
      mac,
      state: ['PERMANENT'],
      ...ADDED,
    }
    const others = (all: Neighbour[]) => all.filter((one) => one.dev !== dev || one.address !== address)
    return { ...node, neighbours: mapPart(node.neighbours, (all) => [...others(all), entry]) }
  }
  const { mac, dev, dst } = change
  const entry: FdbEntry = { mac, dev, dst, state: 'permanent', ...ADDED }
  const others = (all: FdbEntry[]) => all.filter((one) => one.dev !== dev || one.mac !== mac)
  return { ...node, fdb: mapPart(node.fdb, (all) => [...others(all), entry]) }
}

/** A device, or what it is set to. A device that goes up has a carrier in the model; its routes are changes of their own. */
export function changeLink(node: NodeState, change: Of<'set-link' | 'add-link'>): NodeState {
  if (change.change === 'add-link') {
    const others = (all: Link[]) => all.filter((link) => link.name !== change.link.name)
    return { ...node, links: mapPart(node.links, (all) => [...others(all), { ...change.link, ...ADDED }]) }
  }
  return {
    ...node,
    links: mapPart(node.links, (all) =>
      all.map((link) => (link.name === change.dev ? withSettings(link, change) : link)),
    ),
  }
}

function withSettings(link: Link, change: Of<'set-link'>): Link {
  const next: Link = { ...link }
  if (change.up !== undefined) {
    next.up = change.up
    next.operstate = change.up ? 'UP' : 'DOWN'
    next.carrier = change.up
  }
  if (change.mtu !== undefined) next.mtu = change.mtu
  if (change.master !== undefined) {
    next.master = change.master
    // a port that is attached anew is no hairpin (seen when a veth is put back)
    next.port =
      link.master === change.master && link.port ? link.port : { hairpin: false, isolated: false, state: 'forwarding' }
  }
  if (change.hairpin !== undefined) {
    next.port = { isolated: false, state: 'forwarding', ...next.port, hairpin: change.hairpin }
  }
  if (change.vxlanPort !== undefined || change.vxlanId !== undefined || change.vxlanLocal !== undefined) {
    const vxlan = link.vxlan ?? { id: 0, port: 0, learning: false }
    next.vxlan = {
      ...vxlan,
      port: change.vxlanPort ?? vxlan.port,
      id: change.vxlanId ?? vxlan.id,
      ...(change.vxlanLocal === undefined ? {} : { local: change.vxlanLocal }),
    }
  }
  return next
}
