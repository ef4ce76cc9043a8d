import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, nothing, onNode, pod, sees } from '../verbs.ts'

export default {
  about: 'the tables of iptables-legacy exist on n1 and hold nothing',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'iptables-legacy -L -n >/dev/null; iptables-legacy -t nat -L -n >/dev/null'),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: nothing,
  expect: healthy,
} satisfies Scenario
