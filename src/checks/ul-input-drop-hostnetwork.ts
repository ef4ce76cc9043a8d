import { DROP_NEEDS, drops } from '../facts/drops.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-input-drop-hostnetwork',
  title: 'The nodes let in what is meant for their own servers',
  item: 'node',
  needs: DROP_NEEDS,
  run(facts) {
    return drops(facts)
      .filter((d) => d.role === 'host-network')
      .map((d) => ({
        says: `A rule on ${d.node} (chain ${d.end.rule.chain}) ${d.rejected ? 'rejects' : 'drops'} connections to ${d.node}'s own ${d.end.packet?.destination}:${d.end.packet?.dport}, where this Service leads.`,
        on: d.node,
        proof: d.proof,
        why: 'endpoints with the network of their host are reached through INPUT of that node; pods behind other endpoints are not concerned',
        fix: d.fix,
        permanent: [
          `# take the rule out of what writes it on ${d.node} (firewalld, ufw, iptables-persistent, configuration management), or it comes back`,
        ],
        explains: d.explains,
        change: d.change,
      }))
  },
})
