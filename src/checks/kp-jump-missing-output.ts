import { PROXY_NEEDS, proxyCases, rewriteRules } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-jump-missing-output',
  title: "The node's own packets meet kube-proxy's rules",
  item: 'rules',
  needs: PROXY_NEEDS,
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const mine = c.drifts.filter((d) => d.kind === 'jump-output')
      if (!c.speaks || mine.length === 0) return []
      return [
        {
          says: mine[0]!.says,
          on: c.node,
          proof: mine.flatMap((d) => d.proof),
          why: 'the host and pods with its network are not translated; pods go through PREROUTING and work; kube-proxy renews this jump at a full sync only',
          fix: rewriteRules(c),
          explains: c.explains,
          change: c.change,
          transient: true,
        },
      ]
    })
  },
})
