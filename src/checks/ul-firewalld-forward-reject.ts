import { DROP_NEEDS, drops } from '../facts/drops.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-firewalld-forward-reject',
  title: "The nodes' firewall forwards what pods send",
  item: 'node',
  needs: DROP_NEEDS,
  run(facts) {
    return drops(facts)
      .filter((d) => d.role === 'forward-reject')
      .map((d) => ({
        says: `The firewall on ${d.node} rejects forwarded packets of pods (chain ${d.end.rule.chain} of table ${d.end.rule.table}, ${d.end.fate === 'rejected' ? d.end.with : ''}).`,
        on: d.node,
        proof: d.proof,
        why: 'the senders get "No route to host" at once, or nothing where the kernel limits such answers; all traffic through this node\'s FORWARD hook is concerned, its own is not',
        fix: d.fix,
        permanent: [
          `# with firewalld on ${d.node}:`,
          'firewall-cmd --permanent --zone=trusted --add-interface=cni0 --add-interface=flannel.1',
          'firewall-cmd --reload',
        ],
        explains: d.explains,
        change: d.change,
      }))
  },
})
