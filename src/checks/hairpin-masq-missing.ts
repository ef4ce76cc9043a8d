import { PROXY_NEEDS, proxyCases, rewriteRules } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'hairpin-masq-missing',
  title: "A pod's packets to itself are masqueraded",
  item: 'hairpin',
  needs: PROXY_NEEDS,
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const mine = c.drifts.filter((d) => d.kind === 'hairpin-mark')
      if (!c.speaks || mine.length === 0) return []
      return [
        {
          says: mine[0]!.says,
          on: c.node,
          proof: mine.flatMap((d) => d.proof),
          why: 'a pod that is sent to itself sees its own address as source and answers itself directly; everyone else is not concerned',
          fix: rewriteRules(c),
          explains: c.explains,
          change: c.change,
          transient: true,
        },
      ]
    })
  },
})
