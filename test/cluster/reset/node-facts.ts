import { firewallFacts, nftFacts } from './firewall-facts.ts'

/** What a node is like, section by section, as sorted facts that two healthy moments have in common. */
export type NodeFacts = Readonly<Record<string, readonly string[]>>

/** Cuts the output of node-state.sh into its sections. */
export function sectionsOf(output: string): Map<string, string[]> {
  const sections = new Map<string, string[]>()
  let lines: string[] = []
  for (const line of output.split('\n')) {
    if (line.startsWith('@@ ')) {
      lines = []
      sections.set(line.slice(3), lines)
    } else if (line.trim()) lines.push(line)
  }
  return sections
}

/**
 * Reads the output of node-state.sh (pure). What comes and goes with pods is left out or made alike; `pods` are the
 * addresses of the system's own pods, such as CoreDNS.
 */
export function nodeFacts(output: string, pods: readonly string[]): NodeFacts {
  const sections = sectionsOf(output)
  const lines = (name: string): string[] => sections.get(name) ?? []
  const json = (name: string): Link[] => JSON.parse(lines(name).join('') || '[]')
  const facts: Record<string, string[]> = {
    sysctl: lines('sysctl'),
    links: json('links').flatMap(linkFacts),
    addresses: json('addresses').filter(isLasting).flatMap(addressFacts),
    routes: [...lines('routes'), ...lines('routes6')].flatMap(routeFacts),
    rules: lines('rules').map((line) => line.trim().replace(/\s+/g, ' ')),
    hairpin: lines('hairpin').filter((line) => line.endsWith(' 0')),
    processes: processFacts(lines('processes')),
    cgroups: lines('cgroups'),
    stopped: lines('stopped'),
    files: lines('files').map((line) => line.replace(/^(\S+)\s+(.*)$/, '$2 $1')),
    nft: nftFacts(lines('nft'), pods),
  }
  for (const backend of BACKENDS) facts[backend] = firewallFacts(lines(backend), pods)
  for (const section of Object.values(facts)) section.sort()
  return facts
}

export const BACKENDS = ['iptables', 'ip6tables', 'iptables-legacy', 'ip6tables-legacy'] as const

type Link = {
  ifname: string
  flags: string[]
  mtu: number
  master?: string
  linkinfo?: {
    info_kind?: string
    info_data?: { id?: number; port?: number; link?: string; local?: string }
    info_slave_kind?: string
  }
  addr_info?: { family: string; local: string; prefixlen: number; scope: string }[]
}

/** A pod's end of the wire has a random name and goes with the pod. */
function isLasting(link: Link): boolean {
  return !/^veth[0-9a-f]{8}$/.test(link.ifname)
}

function linkFacts(link: Link): string[] {
  const state = link.flags.includes('UP') ? 'up' : 'down'
  if (!isLasting(link)) {
    const detached = link.master ? [] : [`${link.ifname} is attached to no bridge`]
    return state === 'up' ? detached : [...detached, `${link.ifname} is down`]
  }
  const kind = link.linkinfo?.info_kind ?? 'none'
  const data = link.linkinfo?.info_data ?? {}
  const tunnel = kind === 'vxlan' ? ` id ${data.id} port ${data.port} dev ${data.link} local ${data.local}` : ''
  // The pod bridge takes its MTU from the pods that hang on it.
  const mtu = link.ifname === 'cni0' ? 'any' : link.mtu
  return [`${link.ifname} ${kind} ${state} mtu ${mtu} master ${link.master ?? 'none'}${tunnel}`]
}

function addressFacts(link: Link): string[] {
  const own = link.addr_info?.filter((address) => !(address.family === 'inet6' && address.scope === 'link')) ?? []
  return own.map((address) => `${link.ifname} ${address.local}/${address.prefixlen}`)
}

/** Tables other than `local`, whose routes follow from the addresses; nothing that belongs to one pod or to IPv6 links. */
function routeFacts(line: string): string[] {
  const route = line.trim().replace(/ linkdown/, '')
  if (/ table local|^(fe80|multicast|anycast|local|broadcast)|dev veth[0-9a-f]{8}|expires /.test(route)) return []
  return [route.replace(/\s+/g, ' ')]
}

/** What node-init.sh itself runs, by command line. */
const OWN_PROCESS = /node-init\.sh|^sleep 1$|^containerd$|containerd-shim|^kubelet /

/** Stopped processes, and those that something left behind: children of PID 1 that node-init.sh did not start. */
function processFacts(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const [pid, parent, state, ...words] = line.trim().split(/\s+/)
    const command = words.join(' ')
    if (state!.startsWith('T')) return [`stopped ${pid} ${command}`]
    return parent === '1' && !state!.startsWith('Z') && !OWN_PROCESS.test(command) ? [`stray ${pid} ${command}`] : []
  })
}
