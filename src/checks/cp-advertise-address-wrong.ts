import { blameSome } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import type { Cell } from '../model.ts'
import { check } from './check.ts'

const OPTION = /^--advertise-address=(.+)$/

export default check({
  id: 'cp-advertise-address-wrong',
  title: 'The API servers advertise addresses that other nodes reach',
  item: 'control-plane',
  needs: ['service', 'controlPlane', 'nodes', 'cells', 'evidence'],
  leadsTo: ['cp-stale-apiserver-endpoint', 'ul-node-down-or-partition'],
  run({ service, controlPlane, nodes, cells, evidence }) {
    const mine = service.metadata.name === 'kubernetes' && service.metadata.namespace === 'default'
    return controlPlane.apiServers.flatMap((endpoint) => {
      const pod = controlPlane.apiServerPods.find((p) =>
        optionsOf(p.object.spec).some(({ word }) => OPTION.exec(word)?.[1] === endpoint.address),
      )
      const own = nodes.find((n) => n.name === pod?.object.spec.nodeName)
      // an address that the node is known by is the right one, whatever keeps others from it
      if (!pod || !own || own.addresses.includes(endpoint.address)) return []
      const direct = cells.filter(
        (cell) =>
          (cell.to.kind === 'api-endpoint' || (mine && cell.to.kind === 'endpoint')) && cell.to.ip === endpoint.address,
      )
      const abroad = direct.filter((cell) => cell.from.node !== own.name)
      if (abroad.length === 0 || !abroad.every((cell) => failed(cell) === 'all' && isLost(cell))) return []
      const cutOff = new Set(abroad.map((cell) => cell.from.node))
      const known = own.internalIps[0]
      const option = optionsOf(pod.object.spec).find(({ word }) => OPTION.exec(word)?.[1] === endpoint.address)!
      const toApi = (cell: Cell) =>
        cell.to.kind === 'api' || (mine && (cell.to.kind === 'cluster-ip' || cell.to.kind === 'hairpin'))
      return [
        {
          says: `The API server on ${own.name} advertises ${endpoint.address}, an address that other nodes do not reach; they know ${own.name} as ${known}.`,
          on: own.name,
          proof: [
            evidence.proofAt(pod.path, 'items', pod.index, ...option.steps),
            endpoint.proof,
            ...abroad.slice(0, 2).map((cell) => cell.attempts[0]!.proof),
          ],
          why: 'the Service kubernetes leads pods and nodes to what the API servers advertise; kubeconfigs name another address, so kubelets and kubectl work',
          fix: [
            `# on ${own.name}, in /etc/kubernetes/manifests/kube-apiserver.yaml (where kubeadm keeps it): --advertise-address=${known}`,
            '# the kubelet starts the API server anew; within two minutes the Service leads there',
          ],
          explains: blameSome(
            cells,
            (cell) => abroad.includes(cell) || (toApi(cell) && cutOff.has(cell.from.node) && isLost(cell)),
          ),
        },
      ]
    })
  },
})

/** Every failed try found no way: nobody there refused or closed it. */
function isLost(cell: Cell): boolean {
  const ways = ['ok', 'late', 'timeout', 'no-route', 'net-unreachable']
  return cell.attempts.every(({ outcome }) => ways.includes(outcome))
}

interface Containers {
  containers: { command?: string[]; args?: string[] }[]
}

/** The words of a pod's command lines, and where each stands. */
function optionsOf({ containers }: Containers): { word: string; steps: (string | number)[] }[] {
  return containers.flatMap((container, c) =>
    (['command', 'args'] as const).flatMap((field) =>
      (container[field] ?? []).map((word, w) => ({ word, steps: ['spec', 'containers', c, field, w] })),
    ),
  )
}
