import type { Known } from '../model.ts'
import { parseAddresses } from '../parse/addresses.ts'
import { parseConntrack } from '../parse/conntrack.ts'
import { parseFdb } from '../parse/fdb.ts'
import type { Address, IpRule, Route, Sysctls } from '../parse/host.ts'
import { parseIpRules } from '../parse/ip-rules.ts'
import { parseIpset } from '../parse/ipset.ts'
import { joinIptablesNft } from '../parse/iptables-nft-join.ts'
import { parseIptablesSave } from '../parse/iptables-save.ts'
import { parseIpvs } from '../parse/ipvs.ts'
import { parseLinks } from '../parse/links.ts'
import { parseNeighbours } from '../parse/neighbours.ts'
import { parseNftJson } from '../parse/nft.ts'
import { parseProcRoutes } from '../parse/proc-routes.ts'
import { parseRoutes } from '../parse/routes.ts'
import type { RuleSet, Unread } from '../parse/rule.ts'
import { parseSockets } from '../parse/sockets.ts'
import { parseSysctls } from '../parse/sysctls.ts'
import type { NodeState, Part, PodEnd, World } from '../walk/world.ts'
import type { NodeFact } from './cluster.ts'
import type { Pod } from './kube.ts'
import type { Reader } from './reader.ts'

/** The state of every node that was looked at, and the pods as network ends. */
export function worldFact(r: Reader, nodes: NodeFact[], pods: Pod[]): World {
  const world: World = { nodes: new Map(), pods: new Map(), nodeAddresses: new Map(), podCidrs: [] }
  for (const node of nodes) {
    for (const address of node.addresses) world.nodeAddresses.set(address, node.name)
    for (const cidr of node.podCidrs) world.podCidrs.push({ cidr, node: node.name })
  }
  for (const name of lookedAt(r)) world.nodes.set(name, nodeState(r, name))
  for (const pod of pods) {
    const end = podEnd(r, pod)
    if (end)
      for (const address of end.addresses) if (end.running || !world.pods.has(address)) world.pods.set(address, end)
  }
  for (const client of clientEnds(r)) for (const address of client.addresses) world.pods.set(address, client)
  return world
}

/** Nodes of which at least one host file was read without trouble. */
export function lookedAt(r: Reader): string[] {
  const names = r.paths('nodes/').filter((path) => !r.bundle.evidence.get(path)!.trouble)
  return [...new Set(names.map((path) => path.split('/')[1]!))]
}

/** One node's state from its files. */
export function nodeState(r: Reader, name: string): NodeState {
  const at = (file: string) => `nodes/${name}/${file}`
  const part = <T>(file: string, parse: (text: string) => { items: T; unread: Unread[] }): Part<T> => {
    const known = r.text(at(file))
    return 'missing' in known
      ? { missing: known.missing.text, path: at(file) }
      : { value: parse(known.value).items, path: at(file) }
  }
  const both = <T extends Route | IpRule>(
    files: [string, string],
    parse: (text: string, family: 4 | 6) => { items: T[] },
  ): Part<T[]> => {
    const [four, six] = files.map((file) => r.text(at(file)))
    if ('missing' in four!) return { missing: four.missing.text, path: at(files[0]) }
    const items = parse(four!.value, 4).items.map((item) => Object.assign(item, { path: at(files[0]) }))
    if (six && 'value' in six)
      items.push(...parse(six.value, 6).items.map((item) => Object.assign(item, { path: at(files[1]) })))
    return { value: items, path: at(files[0]) }
  }
  const state: NodeState = {
    name,
    links: part('links.jsonl', parseLinks),
    addresses: part<Address[]>('addresses.jsonl', parseAddresses),
    routes: both<Route>(['routes.jsonl', 'routes6.jsonl'], parseRoutes),
    rules: both<IpRule>(['rules.jsonl', 'rules6.jsonl'], parseIpRules),
    neighbours: part('neighbours.jsonl', parseNeighbours),
    fdb: part('fdb.jsonl', parseFdb),
    sysctls: part<Sysctls>('sysctls.txt', (text) => {
      const { value, unread } = parseSysctls(text)
      return { items: value, unread }
    }),
    listeners: part('sockets.txt', parseSockets),
    conntrack: part('conntrack.txt', parseConntrack),
    ruleSet: { tables: [], unread: [] },
    rulesMissing: [],
    ipsets: part('ipset.txt', (text) => {
      const { sets, unread } = parseIpset(text)
      return { items: sets, unread }
    }),
    ipvs: part('ipvs.txt', parseIpvs),
  }
  readRules(r, state)
  return state
}

const DUMPS = [
  ['iptables-nft.txt', 'ip', 'iptables-nft'],
  ['ip6tables-nft.txt', 'ip6', 'iptables-nft'],
  ['iptables-legacy.txt', 'ip', 'iptables-legacy'],
  ['ip6tables-legacy.txt', 'ip6', 'iptables-legacy'],
] as const

/** All rule dumps of a node into one rule set; a table that both iptables-save and nft show is one table of the kernel. */
function readRules(r: Reader, state: NodeState): void {
  const dumps: RuleSet[] = []
  for (const [file, family, backend] of DUMPS) {
    const path = `nodes/${state.name}/${file}`
    const known = r.text(path)
    if ('missing' in known) state.rulesMissing.push({ path, why: known.missing.text })
    else dumps.push(parseIptablesSave(known.value, { family, backend, path }))
  }
  const path = `nodes/${state.name}/nft.jsonl`
  const known = r.text(path)
  if ('value' in known) state.ruleSet = joinIptablesNft(dumps, parseNftJson(known.value, path))
  else {
    state.rulesMissing.push({ path, why: known.missing.text })
    state.ruleSet = { tables: dumps.flatMap((d) => d.tables), unread: dumps.flatMap((d) => d.unread) }
  }
}

/** A pod of the API as a network end; undefined for one without an address or node. */
function podEnd(r: Reader, pod: Pod): PodEnd | undefined {
  const addresses = (pod.status?.podIPs ?? (pod.status?.podIP ? [{ ip: pod.status.podIP }] : [])).map((p) => p.ip)
  if (addresses.length === 0 || !pod.spec.nodeName) return undefined
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`
  const end: PodEnd = {
    name,
    node: pod.spec.nodeName,
    addresses,
    hostNetwork: pod.spec.hostNetwork ?? false,
    // a pod whose containers have ended keeps its address in status
    running: pod.status?.phase === 'Running',
  }
  const sockets = r.text(`pods/${name}/sockets.txt`)
  if ('value' in sockets) end.listeners = { value: parseSockets(sockets.value).items, path: `pods/${name}/sockets.txt` }
  const routes = r.text(`pods/${name}/routes.txt`)
  if ('value' in routes && /^Iface/m.test(routes.value))
    end.routes = { value: parseProcRoutes(routes.value).items, path: `pods/${name}/routes.txt` }
  return end
}

/** Our own client pods: their address stands in their routes. */
function clientEnds(r: Reader): PodEnd[] {
  return r
    .paths('clients/')
    .filter((path) => path.endsWith('/routes.jsonl'))
    .flatMap((path) => {
      const known: Known<string> = r.text(path)
      if ('missing' in known) return []
      const node = path.split('/')[1]!
      const routes = parseRoutes(known.value, 4).items
      const addresses = [...new Set(routes.map((route) => route.source).filter((ip): ip is string => ip !== undefined))]
      if (addresses.length === 0) return []
      return [
        { name: `client@${node}`, node, addresses, hostNetwork: false, running: true, routes: { value: routes, path } },
      ]
    })
}
