import { DROP_NEEDS, drops } from '../facts/drops.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-foreign-table-drop',
  title: 'No firewall rule on the nodes drops what pods send each other',
  item: 'node',
  needs: DROP_NEEDS,
  run(facts) {
    return drops(facts)
      .filter((d) => d.role === 'forward')
      .map((d) => ({
        says: `A rule on ${d.node} (chain ${d.end.rule.chain} of table ${d.end.rule.table}) ${d.rejected ? 'rejects' : 'drops'} packets that the Service needs there.`,
        on: d.node,
        proof: d.proof,
        why: 'a drop in any base chain ends a packet, whatever the others accept; everything that must pass this hook on this node fails, the rest works',
        fix: d.fix,
        permanent: [
          `# take the rule out of what writes it on ${d.node} (firewalld, ufw, iptables-persistent, configuration management), or it comes back`,
        ],
        explains: d.explains,
        change: d.change,
      }))
  },
})
