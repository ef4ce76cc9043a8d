import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'Docker has its chains and a dropping policy on n1',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode(
    'n1',
    'iptables -N DOCKER-USER; iptables -A DOCKER-USER -j RETURN; iptables -I FORWARD -j DOCKER-USER; iptables -t nat -N DOCKER; iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER; iptables -P FORWARD DROP',
  ),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: undoOnNode(
    'n1',
    'iptables -P FORWARD ACCEPT; iptables -D FORWARD -j DOCKER-USER; iptables -F DOCKER-USER; iptables -X DOCKER-USER; iptables -t nat -D PREROUTING -m addrtype --dst-type LOCAL -j DOCKER; iptables -t nat -X DOCKER',
  ),
  expect: healthy,
} satisfies Scenario
