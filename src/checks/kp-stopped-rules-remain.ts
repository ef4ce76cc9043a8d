import { daemonSetFix } from '../facts/daemonset-fix.ts'
import { PROXY_NEEDS, proxyCases, restartProxy } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-stopped-rules-remain',
  title: 'kube-proxy runs and keeps its rules current',
  item: 'kube-proxy',
  needs: PROXY_NEEDS,
  leadsTo: ['kp-svc-entry-missing', 'kp-lb-count-mismatch'],
  applies: ({ proxy }) => (proxy.replacedBy ? `${proxy.replacedBy} takes kube-proxy's place in this cluster` : true),
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const old = c.drifts.filter((d) => d.kind !== 'no-rules' && d.kind !== 'flushed')
      if (c.speaks || old.length === 0) return []
      return [
        {
          says: `kube-proxy on ${c.node} does not answer${c.pod ? '' : ' (it has no pod there)'} and its rules are old: ${old[0]!.says.replace(/^On \S+ /, '')}`,
          on: c.node,
          proof: [
            ...old.flatMap((d) => d.proof),
            ...(c.voice?.healthz
              ? [{ path: c.voice.path, line: c.voice.healthz.line, quote: c.voice.healthz.raw.trim() }]
              : []),
          ],
          why: 'the rules of a kube-proxy that stands still stay as they were: what has not changed since works, new or moved endpoints are not reached from this node',
          fix: c.pod ? restartProxy(c) : daemonSetFix(facts.proxy.daemonset, 'kube-system', 'kube-proxy', c.node),
          explains: c.explains,
          change: c.change,
        },
      ]
    })
  },
})
