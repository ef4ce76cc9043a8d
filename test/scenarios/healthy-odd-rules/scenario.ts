import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, onNode, pod, sees, undoOnNode } from '../verbs.ts'

const rules = [
  'FORWARD -p tcp --dport 8080 -j NFQUEUE --queue-num 7 --queue-bypass',
  'FORWARD -p tcp --dport 8081 -j NFQUEUE --queue-num 8',
  'FORWARD -m limit --limit 1/min -j LOG',
  'OUTPUT -p tcp --dport 8080 -m owner --uid-owner 12345 -j DROP',
  "FORWARD -p tcp -m string --string 'no such words' --algo bm -j DROP",
  'PREROUTING -t nat -p tcp --dport 8082 -j REDIRECT --to-ports 15001',
]

export default {
  about:
    'rules that decide by what nobody can read off a node, or turn packets away that nobody sends; all probes come through',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode(
    'n1',
    [...rules.map((rule) => `iptables -I ${rule}`), 'ip rule add to 203.0.113.9 prohibit priority 50'].join(' && '),
  ),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: undoOnNode('n1', [...rules.map((rule) => `iptables -D ${rule}`), 'ip rule del priority 50'].join('; ')),
  expect: healthy,
} satisfies Scenario
