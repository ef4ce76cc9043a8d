import { PROXY_NEEDS, proxyCases, restartProxy } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-restore-failing',
  title: 'kube-proxy can write its rules',
  item: 'kube-proxy',
  needs: [...PROXY_NEEDS, 'logs'],
  leadsTo: [
    'kp-lb-count-mismatch',
    'kp-svc-entry-missing',
    'kp-stale-watch',
    'kp-svc-chain-empty',
    'kp-nft-table-deleted',
  ],
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const count = [c.voice?.restoreFailures, c.voice?.syncFailures].find((s) => (s?.value ?? 0) > 0)
      if (!c.speaks || !count) return []
      const line = facts.logs
        .filter((l) => l.pod === c.pod)
        .flatMap((l) => l.last(/Failed to execute iptables-restore|[Ss]ync failed|nftables sync failed/) ?? [])[0]
      return [
        {
          says: `kube-proxy on ${c.node} hears of changes but cannot write its rules (${count.value} failed attempts): ${c.drifts[0]!.says.replace(/^On \S+ /, '')}`,
          on: c.node,
          proof: [
            { path: c.voice!.path, line: count.line, quote: count.raw.trim() },
            ...(line ? [line] : []),
            ...c.drifts.flatMap((d) => d.proof),
          ],
          why: 'each failed write leaves the old rules in place, so new or moved endpoints are not reached from this node',
          fix: [
            `kubectl -n kube-system logs ${c.pod ?? '<kube-proxy pod>'} --tail=30  # the reason: a held lock, a missing module, a foreign edit`,
            ...restartProxy(c),
          ],
          explains: c.explains,
          change: c.change,
        },
      ]
    })
  },
})
