import { DROP_NEEDS, drops } from '../facts/drops.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-udp53-blocked',
  title: 'No rule on the nodes shuts DNS',
  item: 'cluster-dns',
  needs: DROP_NEEDS,
  run(facts) {
    return drops(facts)
      .filter((d) => d.role === 'dns')
      .map((d) => ({
        says: `A rule on ${d.node} (chain ${d.end.rule.chain}) ${d.rejected ? 'rejects' : 'drops'} DNS queries over ${d.end.packet?.protocol.toUpperCase() ?? ''}.`,
        on: d.node,
        proof: d.proof,
        why: 'queries over this protocol through this node get no answer; the other protocol, other nodes and the host itself are not concerned',
        fix: d.fix,
        permanent: [
          `# take the rule out of what writes it on ${d.node} (firewalld, ufw, iptables-persistent, configuration management), or it comes back`,
        ],
        explains: d.explains,
        change: d.change,
      }))
  },
})
