import { PROXY_NEEDS, proxyCases, rewriteRules } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-lb-count-mismatch',
  title: 'The rules lead to all ready endpoints and to no others',
  item: 'rules',
  needs: PROXY_NEEDS,
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const mine = c.drifts.filter((d) => d.kind === 'endpoint-missing')
      if (
        !c.speaks ||
        mine.length === 0 ||
        c.drifts.some((d) => d.kind === 'endpoint-edited' || d.kind === 'endpoint-gone')
      )
        return []
      return [
        {
          says: mine[0]!.says,
          on: c.node,
          proof: mine.flatMap((d) => d.proof),
          why: 'a share of the connections from this node takes no rule or never reaches one of the endpoints; other nodes are right',
          fix: rewriteRules(c),
          explains: c.explains,
          change: c.change,
          transient: true,
        },
      ]
    })
  },
})
