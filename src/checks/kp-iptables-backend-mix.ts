import { DROP_NEEDS, drops } from '../facts/drops.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-iptables-backend-mix',
  title: 'All rules of a node are in one iptables backend',
  item: 'rules',
  needs: DROP_NEEDS,
  run(facts) {
    return drops(facts)
      .filter((d) => d.role === 'other-backend')
      .map((d) => ({
        says: `On ${d.node} a rule in the legacy iptables backend (table ${d.end.rule.table}, chain ${d.end.rule.chain}) ${d.rejected ? 'rejects' : 'drops'} packets; kube-proxy's rules are in the nft backend, where it does not show.`,
        on: d.node,
        proof: d.proof,
        why: 'both backends are asked for every packet and one drop is enough; iptables-save, which reads one of them, looks right',
        fix: d.fix,
        permanent: [
          `# use one backend on ${d.node}: find what still calls iptables-legacy there, then remove its tables or reboot`,
        ],
        explains: d.explains,
        change: d.change,
      }))
  },
})
