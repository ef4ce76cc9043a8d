import { blameSome } from '../facts/blame.ts'
import { zonesOf } from '../facts/cluster.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-cluster-domain-mismatch',
  title: 'The pods search the domain that CoreDNS serves',
  item: 'cluster-dns',
  needs: ['dns', 'resolvers', 'cells', 'evidence'],
  applies: ({ dns }) => (dns.corefile ? true : 'there is no Corefile to read'),
  run({ dns, resolvers, cells, evidence }) {
    const zones = zonesOf(dns.corefile!.text)
    if (zones.length === 0) return []
    const clients = resolvers.filter((r) => r.kind === 'client')
    const searched = clients.flatMap((r) => {
      const domain = r.conf.search?.domains
        .map((d) => d.replace(/\.$/, ''))
        .find((d) => /^svc\./.test(d))
        ?.replace(/^svc\./, '')
      return domain === undefined || zones.some((z) => domain === z || domain.endsWith(`.${z}`)) ? [] : [{ r, domain }]
    })
    // every node searches another domain than CoreDNS serves: then CoreDNS is the odd one, dns-corefile-broken
    if (searched.length === 0 || (searched.length === clients.length && clients.length > 1)) return []
    return searched.map(({ r, domain }) => ({
      says: `Pods on ${r.name} search the domain "${domain}", but CoreDNS serves "${zones.join(', ')}".`,
      on: r.name,
      proof: [r.proof(r.conf.search!.line), evidence.proofAt(dns.corefile!.path, 'data', 'Corefile')],
      why: `short names are completed with a domain that nobody serves, so they do not exist; full names under ${zones[0]} do`,
      fix: [
        `# on ${r.name}:`,
        `sed -i 's/^clusterDomain:.*/clusterDomain: ${zones[0]}/' /var/lib/kubelet/config.yaml && systemctl restart kubelet`,
        `# then recreate the pods that were started on ${r.name} meanwhile`,
      ],
      explains: blameSome(
        cells,
        (cell) => cell.to.kind === 'dns' && cell.from.kind === 'client' && cell.from.node === r.name,
      ),
    }))
  },
})
