import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpRestart, onNode, pod, sees } from '../verbs.ts'

export default {
  about: 'the entry for the ClusterIP is missing from the rules of n1',
  fault: ['kp-svc-entry-missing'],
  modes: ['iptables', 'nftables'],
  break: async (stage) => {
    const ip = (await clusterIp()(stage)).split(/[/:]+/)[1]
    if (stage.mode === 'nftables')
      await onNode('n1', `nft delete element ip kube-proxy service-ips '{ ${ip} . tcp . 80 }'`)(stage)
    else
      await onNode(
        'n1',
        `iptables-save -t nat | grep -- '^-A KUBE-SERVICES -d ${ip}/32 ' | sed 's/^-A/-t nat -D/' | xargs -L1 iptables`,
      )(stage)
  },
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: kpRestart('n1'),
  expect: faulty('kp-svc-entry-missing', 'n1'),
} satisfies Scenario
