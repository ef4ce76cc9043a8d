import { accepting } from '../facts/accepting.ts'
import { DROP_NEEDS, drops } from '../facts/drops.ts'
import { overlayFix } from '../facts/overlay-fix.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-overlay-udp-blocked',
  title: 'The nodes let the packets of the overlay in and out',
  item: 'overlay',
  needs: [...DROP_NEEDS, 'evidence'],
  leadsTo: ['dns-coredns-no-endpoints', 'ep-ready-but-dead'],
  run(facts) {
    return drops(facts)
      .filter((d) => d.role === 'overlay')
      .flatMap((d) => {
        const port = d.end.packet!.dport!
        // the port opened for the wrong protocol is a fault of its own name
        if (accepting(facts.world.nodes.get(d.node)!, port, 'tcp', facts.evidence).length > 0) return []
        return [
          {
            says: `${d.node} ${d.rejected ? 'rejects' : 'drops'} the packets of the overlay network (UDP ${port}), by a rule in chain ${d.end.rule.chain}.`,
            on: d.node,
            proof: d.proof,
            why: `whatever pods of ${d.node} and pods of other nodes send each other travels in these packets; within a node, and between the nodes' own addresses, all works`,
            fix: d.end.rule.policy || d.rejected ? overlayFix(d.node, port, d.end.rule.path) : d.fix,
            permanent: [
              `# with firewalld on ${d.node}:`,
              `firewall-cmd --permanent --add-port=${port}/udp`,
              'firewall-cmd --reload',
            ],
            explains: d.explains,
            change: d.change,
          },
        ]
      })
  },
})
