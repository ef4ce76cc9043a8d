import { blameSome } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-upstream-dead',
  title: 'CoreDNS reaches its upstream servers',
  item: 'external-name',
  needs: ['service', 'dns', 'logs', 'cells'],
  run({ service, dns, logs, cells }) {
    const proof = dns.pods.flatMap((p) =>
      logs
        .filter((l) => l.pod === p.object.metadata.name)
        .flatMap(
          (l) =>
            l.last(/plugin\/errors: .*(i\/o timeout|connection refused|no route to host|network is unreachable)/) ?? [],
        ),
    )[0]
    const external = cells.filter(
      (cell) =>
        cell.to.kind === 'external-name' &&
        cell.attempts.some((a) => a.outcome === 'servfail' || a.outcome === 'timeout'),
    )
    if (external.length === 0) return []
    const upstream = proof?.quote?.match(/->([^\s:]+):53/)?.[1]
    return [
      {
        says: `CoreDNS gets no answer from its upstream${upstream ? ` ${upstream}` : ''}: names outside the cluster do not resolve.`,
        on: 'deployment kube-system/coredns',
        proof: [...(proof ? [proof] : []), external[0]!.attempts[0]!.proof],
        why: 'cluster names come from the API and resolve; external ones need the upstream',
        fix: [
          'kubectl -n kube-system get configmap coredns -o yaml  # the forward line: these servers must be reachable from the CoreDNS nodes',
        ],
        explains:
          service.spec.type === 'ExternalName'
            ? blameSome(cells, (cell) => external.includes(cell) || cell.to.kind === 'dns')
            : [],
        ...(proof ? {} : { unsure: 'the CoreDNS log was not read' }),
      },
    ]
  },
})
