import { PROXY_NEEDS, proxyCases, rewriteRules } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-svc-entry-missing',
  title: "The Service's address and port have an entry in the rules",
  item: 'rules',
  needs: PROXY_NEEDS,
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const mine = c.drifts.filter((d) => d.kind === 'entry')
      if (!c.speaks || mine.length === 0 || mine.length < c.drifts.length) return []
      return [
        {
          says: mine[0]!.says,
          on: c.node,
          proof: mine.flatMap((d) => d.proof),
          why: 'this Service alone is not translated on this node; other Services and other nodes work',
          fix: rewriteRules(c),
          explains: c.explains,
          change: c.change,
          transient: true,
        },
      ]
    })
  },
})
