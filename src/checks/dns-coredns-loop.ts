import { blameSome } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-coredns-loop',
  title: 'CoreDNS does not forward to itself',
  item: 'cluster-dns',
  needs: ['dns', 'logs', 'cells'],
  leadsTo: ['dns-coredns-no-endpoints'],
  run({ dns, logs, cells }) {
    const hit = dns.pods.flatMap((p) =>
      logs
        .filter((l) => l.pod === p.object.metadata.name)
        .flatMap((l) => {
          const proof = l.last(/plugin\/loop: Loop .* detected/)
          return proof ? [{ p, proof }] : []
        }),
    )[0]
    if (!hit) return []
    const down = !dns.endpoints.some((e) => e.ready)
    return [
      {
        says: `CoreDNS stops itself because it would forward queries to itself: the resolv.conf of ${hit.p.object.spec.nodeName ?? 'its node'} names a local address as nameserver.`,
        on: `pod kube-system/${hit.p.object.metadata.name}`,
        proof: [hit.proof, hit.p.proof],
        why: down
          ? 'no replica stays up, so no name resolves, from anywhere'
          : 'this replica crashes at every start; the others carry on',
        fix: [
          `# on ${hit.p.object.spec.nodeName ?? 'the node'}: let kubelet hand out a real resolver (resolvConf: /run/systemd/resolve/resolv.conf in /var/lib/kubelet/config.yaml), then`,
          'kubectl -n kube-system rollout restart deployment coredns',
          '# or name the upstream servers in the Corefile: forward . <address>',
        ],
        explains: down
          ? blameSome(
              cells,
              (cell) => cell.to.kind === 'dns' || cell.to.kind === 'dns-server' || cell.to.kind === 'external-name',
            )
          : [],
      },
    ]
  },
})
