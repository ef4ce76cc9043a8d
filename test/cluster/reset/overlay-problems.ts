import { sectionsOf } from './node-facts.ts'

/** A node as the API server has it; the flannel agent on it writes the annotations. */
export type OverlayNode = { name: string; podCidr: string; publicIp?: string; mac?: string }

/** Reads the Nodes of a `kubectl get nodes -o json` (pure). */
export function overlayNodes(list: {
  items: { metadata: { name: string; annotations?: Record<string, string> }; spec: { podCIDR?: string } }[]
}): OverlayNode[] {
  return list.items.map(({ metadata, spec }) => {
    const publicIp = metadata.annotations?.['flannel.alpha.coreos.com/public-ip']
    const backend = metadata.annotations?.['flannel.alpha.coreos.com/backend-data']
    const mac = backend ? (JSON.parse(backend) as { VtepMAC?: string }).VtepMAC : undefined
    const known = { ...(publicIp ? { publicIp } : {}), ...(mac ? { mac } : {}) }
    return { name: metadata.name, podCidr: spec.podCIDR ?? '', ...known }
  })
}

/**
 * Where a node's tunnel tables differ from what its peers announced: forwarding entries, neighbours, its own address.
 * Takes the output of node-state.sh (pure).
 */
export function overlayProblems(output: string, own: string, nodes: readonly OverlayNode[]): string[] {
  const sections = sectionsOf(output)
  const links = JSON.parse((sections.get('links') ?? []).join('') || '[]') as { ifname: string; address: string }[]
  const mac = links.find((link) => link.ifname === 'flannel.1')?.address
  const fdb = (sections.get('fdb') ?? [])
    .map((line) => line.trim())
    .filter((line) => / dst 172\.| dst 192\./.test(line))
  const neighbours = (sections.get('neigh') ?? []).filter((line) => / dev flannel\.1 .*PERMANENT/.test(line))
  const peers = nodes.filter((node) => node.name !== own)
  const wantedFdb = peers.map((peer) => `${peer.mac} dst ${peer.publicIp}`)
  const wantedNeighbours = peers.map((peer) => `${peer.podCidr.split('/')[0]} dev flannel.1 lladdr ${peer.mac}`)
  const ipv4 = neighbours.filter((line) => !line.split(' ')[0]!.includes(':'))
  return [
    ...(nodes.some((node) => node.name === own && node.mac === mac) ? [] : [`flannel.1 has the address ${mac}`]),
    ...absent(wantedFdb, fdb).map((entry) => `no forwarding entry ${entry}`),
    ...absent(fdb, wantedFdb, true).map((entry) => `extra forwarding entry ${entry}`),
    ...absent(wantedNeighbours, ipv4).map((entry) => `no neighbour ${entry}`),
    ...absent(ipv4, wantedNeighbours, true).map((entry) => `extra neighbour ${entry}`),
  ]
}

/** The lines of `all` to which no line of `there` fits: one begins with the other. */
function absent(all: readonly string[], there: readonly string[], longer = false): string[] {
  return all.filter((line) => !there.some((other) => (longer ? line.startsWith(other) : other.startsWith(line))))
}
