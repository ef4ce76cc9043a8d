import { blameSome } from '../facts/blame.ts'
import { contains } from '../net.ts'
import { check } from './check.ts'

export default check({
  id: 'lb-source-ranges',
  title: 'The load balancer address lets the clients in',
  item: 'load-balancer',
  needs: ['service', 'cells', 'world', 'evidence'],
  applies: ({ service }) =>
    (service.spec.loadBalancerSourceRanges ?? []).length > 0 ? true : 'loadBalancerSourceRanges is not set',
  run({ service, cells, world, evidence }) {
    const ranges = service.spec.loadBalancerSourceRanges!.map((r) => r.trim())
    const { name, namespace } = service.metadata
    const shut = (cell: (typeof cells)[number]) => {
      const sources =
        cell.from.kind === 'host'
          ? [...world.nodeAddresses].filter(([, node]) => node === cell.from.node).map(([ip]) => ip)
          : [...world.pods.values()]
              .filter((p) => p.name === (cell.from.kind === 'endpoint' ? cell.from.pod : `client@${cell.from.node}`))
              .flatMap((p) => p.addresses)
      return sources.length > 0 && !sources.some((ip) => ranges.some((range) => contains(range, ip)))
    }
    const explains = blameSome(
      cells,
      (cell) => cell.to.kind === 'load-balancer' && cell.to.ip !== undefined && shut(cell),
    )
    if (explains.length === 0) return []
    return [
      {
        says: `The load balancer address of Service ${namespace}/${name} is open to ${ranges.join(', ')} only, and these clients are not in there.`,
        on: `service ${namespace}/${name}`,
        proof: [evidence.proofAt('api/service.json', 'spec', 'loadBalancerSourceRanges', 0)],
        why: 'kube-proxy drops everyone else at this address, pods and nodes of the cluster too; its cluster IP and node port are not guarded by it',
        fix: [
          `kubectl -n ${namespace} patch service ${name} --type=json -p '[{"op":"remove","path":"/spec/loadBalancerSourceRanges"}]'`,
          '# or add the ranges of the clients to it (those of pods and nodes as well, if they use this address)',
        ],
        explains,
      },
    ]
  },
})
