import { PROXY_NEEDS, proxyCases, rewriteRules } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-postrouting-missing',
  title: "Marked packets leave with the node's address",
  item: 'rules',
  needs: PROXY_NEEDS,
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const mine = c.drifts.filter((d) => d.kind === 'jump-postrouting' || d.kind === 'masquerade')
      if (!c.speaks || mine.length === 0) return []
      return [
        {
          says: mine[0]!.says,
          on: c.node,
          proof: mine.flatMap((d) => d.proof),
          why: 'answers of endpoints on other nodes go to the client past this node, which drops them as strangers; connections that need no new source work',
          fix: rewriteRules(c),
          explains: c.explains,
          change: c.change,
          transient: true,
        },
      ]
    })
  },
})
