import { blameSome } from '../facts/blame.ts'
import { zonesOf } from '../facts/cluster.ts'
import { configMapLineFix } from '../facts/config-fix.ts'
import { nearest } from '../facts/labels.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-corefile-broken',
  title: 'The Corefile is valid and serves the cluster domain',
  item: 'cluster-dns',
  needs: ['dns', 'resolvers', 'logs', 'cells', 'evidence'],
  leadsTo: ['dns-coredns-no-endpoints'],
  applies: ({ dns }) => (dns.corefile ? true : 'there is no Corefile to read'),
  run({ dns, resolvers, logs, cells, evidence }) {
    const proof = evidence.proofAt(dns.corefile!.path, 'data', 'Corefile')
    const domains = [
      ...new Set(
        resolvers
          .filter((r) => r.kind === 'client')
          .flatMap(
            (r) =>
              r.conf.search?.domains
                .filter((d) => /^svc\./.test(d))
                .map((d) => d.replace(/^svc\./, '').replace(/\.$/, '')) ?? [],
          ),
      ),
    ]
    const zones = zonesOf(dns.corefile!.text)
    const unserved = domains.filter((d) => !zones.some((z) => d === z || d.endsWith(`.${z}`)))
    const names = blameSome(
      cells,
      (cell) =>
        (cell.to.kind === 'dns' || cell.to.kind === 'dns-server') &&
        cell.attempts.some((a) => ['nxdomain', 'servfail', 'dns-refused', 'no-data'].includes(a.outcome)),
    )
    const error = dns.pods.flatMap((p) =>
      logs
        .filter((l) => l.pod === p.object.metadata.name)
        .flatMap(
          (l) =>
            l.last(/Error during parsing|Unknown directive|plugin\/\S+: .*(unknown property|Wrong argument)/i) ?? [],
        ),
    )[0]
    if (error)
      return [
        {
          says: `The Corefile has an error, so CoreDNS does not load it: ${error.quote?.replace(/^.*Corefile/, 'Corefile') ?? ''}`,
          on: 'configmap kube-system/coredns',
          proof: [error, proof],
          near: error.quote?.replace(/^.*Corefile/, 'Corefile') ?? '',
          why: 'running replicas keep their old configuration; one that starts anew crashes',
          fix: [
            corefileFix(dns.corefile!.text, error.quote ?? ''),
            'kubectl -n kube-system rollout restart deployment coredns',
          ],
          explains: dns.endpoints.some((e) => e.ready)
            ? []
            : blameSome(
                cells,
                (cell) => cell.to.kind === 'dns' || cell.to.kind === 'dns-server' || cell.to.kind === 'external-name',
              ),
        },
      ]
    if (domains.length > 0 && unserved.length === domains.length)
      return [
        {
          says: `CoreDNS does not serve the cluster domain ${unserved[0]}: its Corefile ${zones.length > 0 ? `says kubernetes ${zones.join(' ')}` : 'has no kubernetes plugin'}.`,
          on: 'configmap kube-system/coredns',
          proof: [proof],
          why: 'CoreDNS answers, but knows no Service; it hands the names to its upstream, which does not know them either',
          fix: [
            `kubectl -n kube-system get configmap coredns -o yaml | sed 's/kubernetes ${zones[0] ?? ''}/kubernetes ${unserved[0]}/' | kubectl replace -f -`,
            'kubectl -n kube-system rollout restart deployment coredns',
          ],
          explains: names,
        },
      ]
    return []
  },
})

/** Plugins that CoreDNS is built with (plugin.cfg), of which a Corefile is made. */
const PLUGINS =
  'acl any auto autopath bind bufsize cache cancel chaos debug dns64 dnssec dnstap erratic errors etcd file forward geoip grpc grpc_server header health hosts import k8s_external kubernetes loadbalance local log loop metadata minimal multisocket nomad nsid pprof prometheus quic ready reload rewrite root secondary sign template timeouts tls trace transfer tsig view whoami'.split(
    ' ',
  )

/** What puts a misspelt plugin right; for any other error only its owner knows what was meant. */
function corefileFix(corefile: string, error: string): string {
  const wrong = /Unknown directive '([^']+)'/.exec(error)?.[1]
  const meant = wrong && nearest(wrong, PLUGINS)[0]
  const line = wrong && corefile.split('\n').find((text) => text.trim().split(/\s/)[0] === wrong)
  return meant && line
    ? configMapLineFix('kube-system', 'coredns', line.trim(), line.trim().replace(wrong, meant))
    : '# correct the line that the log names: kubectl -n kube-system edit configmap coredns'
}
