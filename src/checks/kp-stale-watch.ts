import { isStale, PROXY_NEEDS, proxyCases, restartProxy } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-stale-watch',
  title: 'kube-proxy hears of changes from the API server',
  item: 'kube-proxy',
  needs: PROXY_NEEDS,
  leadsTo: ['kp-lb-count-mismatch', 'kp-svc-entry-missing'],
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const gone = c.drifts.some((d) => d.kind === 'endpoint-gone') || c.drifts.every((d) => d.kind === 'entry')
      const failing = (c.voice?.restoreFailures?.value ?? 0) > 0 || (c.voice?.syncFailures?.value ?? 0) > 0
      if (!c.speaks || !isStale(c.drifts) || !gone || failing || !c.voice?.lastSync) return []
      // one missing entry alone, with a sync after the last change, is damage to the rules, not an old state
      if (c.drifts.every((d) => d.kind === 'entry' || d.kind === 'chain-empty')) return []
      return [
        {
          says: `kube-proxy on ${c.node} runs and calls itself healthy, but no longer hears of changes: ${c.drifts[0]!.says.replace(/^On \S+ /, '')}`,
          on: c.node,
          proof: [
            ...c.drifts.flatMap((d) => d.proof),
            { path: c.voice.path, line: c.voice.lastSync.line, quote: c.voice.lastSync.raw.trim() },
          ],
          why: 'its rules are those of an earlier state, complete in themselves; its health check only notices changes that it has heard of',
          fix: [
            ...restartProxy(c),
            `# if that does not help: the path from ${c.node} to the API server (firewall, proxy between them)`,
          ],
          explains: c.explains,
          change: c.change,
        },
      ]
    })
  },
})
