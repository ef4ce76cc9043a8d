import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, host, inNetns, pod, sees, seesSome, steps, undoInNetns } from '../verbs.ts'

export default {
  about: 'the cable of n2 has just been pulled',
  fault: ['ul-node-down-or-partition', 'ep-node-dead'],
  modes: ['iptables', 'nftables'],
  break: inNetns('switch', 'ip link set p-n2 down'),
  observable: steps(
    sees(host('n0'), async () => 'https://172.30.0.12:10250/', 'fails'),
    seesSome(pod('n0'), clusterIp(), 'timeout'),
  ),
  heal: undoInNetns('switch', 'ip link set p-n2 up'),
  expect: faulty('ul-node-down-or-partition', 'n2'),
  fix: 'none: the link is outside the cluster',
  healWithin: 90,
} satisfies Scenario
