import { reader } from '../../src/facts/reader.ts'
import { nodeState } from '../../src/facts/world.ts'
import type { Evidence } from '../../src/model.ts'
import { parseRoutes } from '../../src/parse/routes.ts'
import { parseSockets } from '../../src/parse/sockets.ts'
import type { PodEnd, World } from '../../src/walk/world.ts'
import type { NodeSpec, PodSpec } from './config.ts'
import type { Dump } from './dump.ts'

/** The world of the walk out of dumps, by the readers that the tool itself uses; nodes and pods as the API would list them. */
export function worldFrom(files: Dump, nodes: NodeSpec[], pods: PodSpec[]): World {
  const evidence = new Map<string, Evidence>()
  for (const [path, output] of Object.entries(files)) {
    const node = path.split('/')[1] ?? ''
    evidence.set(path, { question: { path, reach: 'node', node, run: '' }, at: '1970-01-01T00:00:00Z', output })
  }
  const r = reader({ target: { namespace: 'default', service: 's0' }, evidence })
  const world: World = { nodes: new Map(), pods: new Map(), nodeAddresses: new Map(), podCidrs: [] }
  for (const node of nodes) {
    world.nodes.set(node.name, nodeState(r, node.name))
    for (const address of node.addresses) world.nodeAddresses.set(address, node.name)
    for (const cidr of node.podCidrs) world.podCidrs.push({ cidr, node: node.name })
  }
  for (const pod of pods) {
    const end = podEnd(files, pod)
    for (const address of pod.addresses) world.pods.set(address, end)
  }
  return world
}

function podEnd(files: Dump, pod: PodSpec): PodEnd {
  const at = (file: string) => `pods/default/${pod.name}/${file}`
  const text = (file: string) => files[at(file)] ?? ''
  const routes = [...parseRoutes(text('routes.jsonl'), 4).items, ...parseRoutes(text('routes6.jsonl'), 6).items]
  return {
    name: `default/${pod.name}`,
    node: pod.node,
    addresses: pod.addresses,
    hostNetwork: false,
    running: true,
    listeners: { value: parseSockets(text('sockets.txt')).items, path: at('sockets.txt') },
    routes: { value: routes, path: at('routes.jsonl') },
  }
}
