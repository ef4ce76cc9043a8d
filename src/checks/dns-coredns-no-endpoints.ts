import { blameSome } from '../facts/blame.ts'
import { podReady } from '../facts/cluster.ts'
import { notRunning } from '../facts/selected.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-coredns-no-endpoints',
  title: 'CoreDNS has ready pods',
  item: 'cluster-dns',
  needs: ['dns', 'cells', 'evidence'],
  run({ dns, cells, evidence }) {
    if (!dns.service || dns.endpoints.some((e) => e.ready)) return []
    const ready = dns.pods.filter((p) => podReady(p.object))
    if (ready.length > 0) return [] // pods there, Service does not find them: dns-service-broken
    const bad = dns.pods.find((p) => notRunning(p.object))
    const replicas = dns.deployment?.object.spec.replicas
    const reason = bad
      ? `${bad.object.metadata.name} is ${notRunning(bad.object)!.reason}`
      : replicas === 0
        ? 'its Deployment is scaled to 0'
        : `none of its ${dns.pods.length} pods is ready`
    return [
      {
        says: `The cluster DNS has no ready pod: ${reason}.`,
        on: 'deployment kube-system/coredns',
        proof: [
          ...(dns.deployment
            ? [evidence.proofAt(dns.deployment.path, 'items', dns.deployment.index, 'spec', 'replicas')]
            : []),
          ...(bad ? [evidence.proofAt(bad.path, 'items', bad.index, ...notRunning(bad.object)!.steps)] : []),
        ],
        why: 'without an endpoint kube-proxy refuses every query to the cluster DNS, so no name resolves, from anywhere; addresses still work',
        fix:
          replicas === 0
            ? ['kubectl -n kube-system scale deployment coredns --replicas=2']
            : [
                'kubectl -n kube-system describe pod -l k8s-app=kube-dns',
                'kubectl -n kube-system logs -l k8s-app=kube-dns --previous --tail=20',
              ],
        explains: blameSome(
          cells,
          (cell) => cell.to.kind === 'dns' || cell.to.kind === 'external-name' || cell.to.kind === 'dns-server',
        ),
      },
    ]
  },
})
