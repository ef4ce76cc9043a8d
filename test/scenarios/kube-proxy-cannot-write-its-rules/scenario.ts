import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, foreignJump, kpRestart, pod, rollWeb, sees, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'a foreign rule holds on to a chain that kube-proxy on n1 wants to delete, so none of its changes arrives',
  fault: ['kp-restore-failing'],
  modes: ['iptables', 'nftables'],
  break: steps(foreignJump('n1'), rollWeb),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: steps(
    (stage) =>
      undoOnNode(
        'n1',
        stage.mode === 'nftables'
          ? 'nft delete chain ip kube-proxy foreign'
          : 'iptables -t nat -F FOREIGN; iptables -t nat -X FOREIGN',
      )(stage),
    kpRestart('n1'),
  ),
  expect: faulty('kp-restore-failing', 'n1'),
} satisfies Scenario
