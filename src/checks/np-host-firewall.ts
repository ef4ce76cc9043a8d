import { DROP_NEEDS, drops } from '../facts/drops.ts'
import { check } from './check.ts'

export default check({
  id: 'np-host-firewall',
  title: 'No rule on the nodes shuts the node ports',
  item: 'node-port',
  needs: DROP_NEEDS,
  run(facts) {
    return drops(facts)
      .filter((d) => d.role === 'node-port')
      .map((d) => ({
        says: `A rule on ${d.node} (chain ${d.end.rule.chain} of table ${d.end.rule.table}) ${d.rejected ? 'rejects' : 'drops'} what comes in for the node port.`,
        on: d.node,
        proof: d.proof,
        why: 'packets from outside meet it before they are translated; from the node itself and by cluster IP the Service answers',
        fix: d.fix,
        permanent: [
          `# take the rule out of what writes it on ${d.node} (firewalld, ufw, iptables-persistent, configuration management), or it comes back`,
        ],
        explains: d.explains,
        change: d.change,
      }))
  },
})
