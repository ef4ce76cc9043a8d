import { daemonSetFix } from '../facts/daemonset-fix.ts'
import { PROXY_NEEDS, proxyCases, restartProxy } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-not-running',
  title: 'kube-proxy runs on the nodes and has written its rules',
  item: 'kube-proxy',
  needs: PROXY_NEEDS,
  leadsTo: ['kp-svc-entry-missing', 'kp-nat-flushed'],
  applies: ({ proxy }) => (proxy.replacedBy ? `${proxy.replacedBy} takes kube-proxy's place in this cluster` : true),
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const none = c.drifts.filter((d) => d.kind === 'no-rules' || d.kind === 'flushed')
      if (c.speaks || none.length === 0) return []
      return [
        {
          says: `kube-proxy does not run on ${c.node}${c.pod ? ` (pod ${c.pod} does not answer)` : ' (it has no pod there)'}, and none of its rules are there.`,
          on: c.node,
          proof: [
            ...none.flatMap((d) => d.proof),
            ...(c.voice?.healthz
              ? [{ path: c.voice.path, line: c.voice.healthz.line, quote: c.voice.healthz.raw.trim() }]
              : []),
          ],
          why: 'without its rules no cluster IP and no node port of this node leads anywhere, DNS included; other nodes work',
          fix: c.pod ? restartProxy(c) : daemonSetFix(facts.proxy.daemonset, 'kube-system', 'kube-proxy', c.node),
          explains: c.explains,
          change: c.change,
        },
      ]
    })
  },
})
