import { accepting } from '../facts/accepting.ts'
import { DROP_NEEDS, drops } from '../facts/drops.ts'
import { overlayFix } from '../facts/overlay-fix.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-overlay-tcp-instead-of-udp',
  title: "The overlay's port is open for UDP, not for TCP",
  item: 'overlay',
  needs: [...DROP_NEEDS, 'evidence'],
  leadsTo: ['ul-overlay-udp-blocked', 'dns-coredns-no-endpoints', 'ep-ready-but-dead'],
  run(facts) {
    return drops(facts)
      .filter((d) => d.role === 'overlay')
      .flatMap((d) => {
        const port = d.end.packet!.dport!
        const tcp = accepting(facts.world.nodes.get(d.node)!, port, 'tcp', facts.evidence)
        if (tcp.length === 0) return []
        const peers = [...facts.world.nodes.values()].filter((n) => n.name !== d.node).map((n) => n.name)
        return [
          {
            says: `On ${d.node} the overlay's port ${port} is open for TCP, but the overlay speaks UDP: its packets are ${d.rejected ? 'rejected' : 'dropped'}.`,
            on: d.node,
            proof: [...tcp.slice(0, 2), ...d.proof],
            why: `whatever pods of ${d.node} and pods of other nodes send each other travels in UDP ${port}; within a node, and between the nodes' own addresses, all works${peers.length > 0 ? `; ${peers.join(', ')} let${peers.length === 1 ? 's' : ''} it through` : ''}`,
            near: `the rule that was meant for it accepts tcp ${port}: ${tcp[0]!.quote ?? ''}`,
            fix: overlayFix(d.node, port, d.end.rule.path),
            permanent: [
              `# with firewalld on ${d.node}:`,
              `firewall-cmd --permanent --add-port=${port}/udp`,
              `firewall-cmd --permanent --remove-port=${port}/tcp`,
              'firewall-cmd --reload',
            ],
            explains: d.explains,
            change: d.change,
          },
        ]
      })
  },
})
