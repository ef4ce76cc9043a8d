import { blameSome } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-coredns-api-unsynced',
  title: 'CoreDNS may read Services and EndpointSlices from the API',
  item: 'cluster-dns',
  needs: ['dns', 'logs', 'cells'],
  leadsTo: ['dns-coredns-no-endpoints'],
  run({ dns, logs, cells }) {
    const found = dns.pods.flatMap((p) =>
      logs
        .filter((l) => l.pod === p.object.metadata.name && !l.previous)
        .flatMap((l) => {
          const forbidden = l.last(/failed to list \*v1\.\w+: .*forbidden/i)
          const waiting = l.last(/waiting on: "?kubernetes|unsynced Kubernetes API/i)
          const cannot = l.last(/dial tcp .*(i\/o timeout|connection refused|no route to host)/)
          return waiting && (forbidden ?? cannot)
            ? [{ p, proof: (forbidden ?? cannot)!, waiting, forbidden: !!forbidden }]
            : []
        }),
    )
    if (found.length === 0) return []
    const { proof, waiting, forbidden } = found[0]!
    const kind = proof.quote?.match(/\*v1\.(\w+)/)?.[1] ?? 'objects'
    return [
      {
        says: forbidden
          ? `CoreDNS may not list ${kind} (RBAC), so it does not know the cluster's Services.`
          : "CoreDNS cannot reach the API server, so it does not know the cluster's Services.",
        on: forbidden ? 'clusterrole system:coredns' : `pod kube-system/${found[0]!.p.object.metadata.name}`,
        proof: [proof, waiting],
        why: 'it answers cluster names with errors or is not ready at all; external names may work',
        fix: forbidden
          ? [
              `kubectl patch clusterrole system:coredns --type=json -p '[{"op":"add","path":"/rules/-","value":{"apiGroups":["discovery.k8s.io"],"resources":["endpointslices"],"verbs":["list","watch"]}}]'`,
              'kubectl -n kube-system rollout restart deployment coredns',
            ]
          : [
              'kubectl svc-debug kubernetes -n default  # the path from the CoreDNS node to the API is the next thing to look at',
            ],
        ...(forbidden ? {} : { unsure: 'why the API is out of reach is not shown by this log' }),
        explains: blameSome(
          cells,
          (cell) => cell.to.kind === 'dns' || cell.to.kind === 'dns-server' || cell.to.kind === 'external-name',
        ),
      },
    ]
  },
})
