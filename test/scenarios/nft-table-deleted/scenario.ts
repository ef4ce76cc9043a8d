import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpRestart, onNode, pod, sees } from '../verbs.ts'

export default {
  about: 'somebody deleted the table of kube-proxy on n1; it reports healthy',
  fault: ['kp-nft-table-deleted'],
  modes: ['nftables'],
  break: onNode('n1', 'nft delete table ip kube-proxy'),
  observable: sees(pod('n1'), clusterIp(), 'timeout'),
  heal: kpRestart('n1'),
  expect: faulty('kp-nft-table-deleted', 'n1'),
} satisfies Scenario
