import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, flannelRestart, onNode, pod, podCidr, sees, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'n2 answers pods of n1 by another way than they come, and its strict reverse path filter drops them',
  fault: ['ul-rp-filter'],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: async (stage) =>
    onNode(
      'n2',
      `sysctl -w net.ipv4.conf.all.rp_filter=1; ip route replace ${await podCidr(stage, 'n1')} via 172.30.0.11 dev eth0`,
    )(stage),
  observable: sees(pod('n1'), endpointOn('n2'), 'timeout'),
  heal: steps(undoOnNode('n2', 'sysctl -w net.ipv4.conf.all.rp_filter=0'), flannelRestart('n2')),
  expect: faulty('ul-rp-filter', 'n2'),
} satisfies Scenario
