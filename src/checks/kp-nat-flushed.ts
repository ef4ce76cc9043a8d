import { PROXY_NEEDS, proxyCases, rewriteRules } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-nat-flushed',
  title: "kube-proxy's chains in the nat table have their rules",
  item: 'rules',
  needs: PROXY_NEEDS,
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const mine = c.drifts.filter((d) => d.kind === 'flushed')
      if (!c.speaks || mine.length === 0) return []
      return [
        {
          says: mine[0]!.says,
          on: c.node,
          proof: mine.flatMap((d) => d.proof),
          why: 'nobody on this node is translated, pods and host alike, while the chains that kube-proxy watches for a flush (its canaries) are untouched, so it does not notice for up to an hour',
          fix: rewriteRules(c),
          explains: c.explains,
          change: c.change,
          transient: true,
        },
      ]
    })
  },
})
