import { blameSome } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-kubelet-clusterdns-wrong',
  title: 'New pods get the address of the cluster DNS as their nameserver',
  item: 'cluster-dns',
  needs: ['dns', 'resolvers', 'allServices', 'cells', 'evidence'],
  applies: ({ dns }) => (dns.service ? true : 'there is no Service kube-dns'),
  run({ dns, resolvers, allServices, cells, evidence }) {
    const served = new Set(allServices.flatMap((s) => s.object.spec.clusterIPs ?? []))
    return resolvers.flatMap((r) => {
      const first = r.conf.nameservers[0]
      if (r.kind !== 'client' || !first || dns.clusterIps.includes(first.address)) return []
      // a link-local address is NodeLocal DNSCache's; another Service's address may be meant
      if (first.address.startsWith('169.254.') || served.has(first.address)) return []
      const explains = blameSome(
        cells,
        (cell) =>
          (cell.to.kind === 'dns' || cell.to.kind === 'dns-server' || cell.to.kind === 'external-name') &&
          cell.from.kind === 'client' &&
          cell.from.node === r.name &&
          (cell.to.ip === undefined || cell.to.ip === first.address),
      )
      return [
        {
          says: `New pods on ${r.name} ask ${first.address} for names, but the cluster DNS is ${dns.clusterIps.join(', ')}: the kubelet's clusterDNS there is wrong.`,
          on: r.name,
          proof: [r.proof(first.line), evidence.proofAt('api/dns/service.json', 'spec', 'clusterIP')],
          why: `nobody answers at ${first.address}; pods on other nodes, and pods started before the change, have the right nameserver`,
          fix: [
            `# on ${r.name}:`,
            `sed -i 's/${first.address.replaceAll('.', '\\.')}/${dns.clusterIps[0]}/' /var/lib/kubelet/config.yaml && systemctl restart kubelet`,
            `# then recreate the pods that were started on ${r.name} meanwhile; they keep the wrong address`,
          ],
          permanent: [
            '# kubeadm writes this file anew from ConfigMap kube-system/kubelet-config at upgrades: correct clusterDNS there too',
          ],
          explains,
        },
      ]
    })
  },
})
