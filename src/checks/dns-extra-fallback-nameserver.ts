import { blameSome } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-extra-fallback-nameserver',
  title: 'Pods ask the cluster DNS only',
  item: 'name',
  needs: ['dns', 'resolvers', 'cells'],
  run({ dns, resolvers, cells }) {
    return resolvers.flatMap((r) => {
      if (r.kind === 'host') return []
      const at = r.conf.nameservers.findIndex((n) => dns.clusterIps.includes(n.address))
      const others = r.conf.nameservers.filter((n) => !dns.clusterIps.includes(n.address))
      if (at < 0 || others.length === 0) return []
      const node =
        r.kind === 'client' ? r.name : cells.find((c) => c.from.kind === 'endpoint' && c.from.pod === r.name)?.from.node
      const mine = (cell: (typeof cells)[number]) =>
        r.kind === 'client'
          ? cell.from.kind === 'client' && cell.from.node === r.name
          : cell.from.kind === 'endpoint' && cell.from.pod === r.name
      // only where the cluster DNS itself answers is the other server, asked first, what makes names fail or wait
      const healthy = cells.filter(
        (cell) =>
          cell.to.ip !== undefined &&
          dns.clusterIps.includes(cell.to.ip) &&
          cell.from.kind === 'client' &&
          cell.from.node === node,
      )
      const guilty = at > 0 && healthy.length > 0 && healthy.every((cell) => failed(cell) === 'none')
      return [
        {
          says: `${r.kind === 'client' ? `Pods on ${r.name}` : `Pod ${r.name}`} also ${at > 0 ? 'and first ask' : 'ask'} ${others.map((n) => n.address).join(', ')}, which ${others.length > 1 ? 'do' : 'does'} not know the cluster's names${at > 0 ? '' : ': an answer from there hides that the cluster DNS is silent'}.`,
          on: r.kind === 'client' ? r.name : `pod ${r.name}`,
          proof: others.map((n) => r.proof(n.line)),
          why: 'a resolver goes to the next server only when one stays silent; an answer "no such name" from a foreign server is final',
          fix: [
            '# take the extra servers out of the pods (dnsConfig, kubelet clusterDNS) and name them in the Corefile instead: forward . <address>',
          ],
          explains: guilty
            ? blameSome(cells, (cell) => cell.to.kind === 'dns' && mine(cell) && cell.to.ip !== dns.clusterIps[0])
            : [],
        },
      ]
    })
  },
})
