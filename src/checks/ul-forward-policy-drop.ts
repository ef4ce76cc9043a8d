import { DROP_NEEDS, drops } from '../facts/drops.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-forward-policy-drop',
  title: "The nodes' FORWARD policy lets pods' packets pass",
  item: 'node',
  needs: DROP_NEEDS,
  run(facts) {
    return drops(facts)
      .filter((d) => d.role === 'forward-policy')
      .map((d) => ({
        says: `On ${d.node} the policy of chain ${d.end.rule.chain} (table ${d.end.rule.table}) is DROP, and no rule before it accepts what pods send.`,
        on: d.node,
        proof: d.proof,
        why: "packets that are forwarded between pods and other nodes reach the end of the chain; the host's own packets and those that kube-proxy marks still pass",
        fix: d.fix,
        permanent: [
          `# restart the CNI agent on ${d.node}: it adds the rules that accept the pod network; Docker sets this policy at each start`,
        ],
        explains: d.explains,
        change: d.change,
      }))
  },
})
