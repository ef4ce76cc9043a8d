import { DROP_NEEDS, drops } from '../facts/drops.ts'
import { check } from './check.ts'

export default check({
  id: 'cp-api-unreachable-from-node',
  title: 'The nodes may talk to the API server',
  item: 'node',
  needs: DROP_NEEDS,
  run(facts) {
    return drops(facts)
      .filter((d) => d.role === 'api-from-node')
      .map((d) => ({
        says: `A rule on ${d.node} (chain ${d.end.rule.chain}) ${d.rejected ? 'rejects' : 'drops'} the node's own connections to the API server ${d.end.packet?.destination}:${d.end.packet?.dport}.`,
        on: d.node,
        proof: d.proof,
        why: 'kubelet and kube-proxy there lose the API server; pods of the node, which are forwarded, still reach it',
        fix: d.fix,
        permanent: [
          `# take the rule out of what writes it on ${d.node} (firewalld, ufw, iptables-persistent, configuration management), or it comes back`,
        ],
        explains: d.explains,
        change: d.change,
      }))
  },
})
