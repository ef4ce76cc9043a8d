import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, kpRestart, nodePort, onNode, outside, seesSome } from '../verbs.ts'

export default {
  about: 'n1 does not rewrite the source of NodePort connections, so answers go past it',
  fault: ['kp-postrouting-missing'],
  modes: ['iptables', 'nftables'],
  break: (stage) =>
    onNode(
      'n1',
      stage.mode === 'nftables'
        ? 'nft flush chain ip kube-proxy masquerading'
        : 'iptables -t nat -D POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    )(stage),
  observable: seesSome(outside, nodePort('n1'), 'timeout'),
  heal: kpRestart('n1'),
  expect: faulty('kp-postrouting-missing', 'n1'),
} satisfies Scenario
