import { blameIsolated } from '../facts/isolated.ts'
import { overlaps } from '../net.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-podcidr-missing-or-duplicate',
  title: 'Each node has a pod network of its own',
  item: 'overlay',
  needs: ['nodes', 'cni', 'served', 'cells', 'evidence'],
  leadsTo: [
    'ul-pod-route-missing',
    'ul-vtep-fdb-or-neigh-wrong',
    'ul-cni0-addr-mismatch',
    'ul-cni-agent-not-ready',
    'ul-flannel-dev-down',
  ],
  applies: ({ cni }) =>
    ['flannel', 'kindnet', 'kube-router'].includes(cni.kind) ? true : `${cni.kind} does not use the nodes' podCIDR`,
  run({ nodes, cni, served, cells, evidence }) {
    const pairs = nodes.flatMap((a, i) =>
      nodes
        .slice(i + 1)
        .flatMap((b) => (a.podCidrs.some((x) => b.podCidrs.some((y) => overlaps(x, y))) ? [[a, b] as const] : [])),
    )
    return [
      ...pairs.map(([a, b]) => ({
        says: `${a.name} and ${b.name} have the same pod network (${a.podCidrs.join(', ')}): packets for the pods of one go to the other.`,
        on: `${a.name}, ${b.name}`,
        proof: [
          evidence.proofAt('api/nodes.json', 'items', a.index, 'spec', 'podCIDR'),
          evidence.proofAt('api/nodes.json', 'items', b.index, 'spec', 'podCIDR'),
        ],
        why: 'every node has one route per pod network and the last one told wins',
        fix: [
          `# register one of them anew, so that it gets a network of its own: drain it, then`,
          `kubectl delete node ${b.name}`,
          `# restart its kubelet and ${cni.kind}, remove its bridge cni0, recreate its pods`,
        ],
        explains: blameIsolated(cells, served, [a.name, b.name]),
      })),
      ...nodes
        .filter((n) => n.podCidrs.length === 0 && !n.windows)
        .map((n) => ({
          says: `Node ${n.name} has no pod network (spec.podCIDR is empty), so ${cni.kind} cannot work there.`,
          on: n.name,
          proof: [evidence.proofAt('api/nodes.json', 'items', n.index, 'spec')],
          why: 'the controller manager gives each node its network; without one no pod there gets an address',
          fix: [
            '# kube-controller-manager must run with --allocate-node-cidrs=true and a --cluster-cidr with room for all nodes',
          ],
          explains: blameIsolated(cells, served, [n.name]),
        })),
    ]
  },
})
