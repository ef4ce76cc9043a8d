import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, iptablesModeLeftovers, pod, rollWeb, sees, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'rules that another mode of kube-proxy left on n1 win over the present ones and lead to pods that are gone',
  fault: ['kp-mode-leftovers'],
  modes: ['nftables'],
  break: steps(iptablesModeLeftovers('n1'), rollWeb),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: undoOnNode(
    'n1',
    'iptables-save -t nat | grep -E "^-A (PREROUTING|OUTPUT|POSTROUTING) .*KUBE-" | sed "s/^-A/-t nat -D/" | xargs -L1 iptables; for c in $(iptables-save -t nat | grep -o "^:KUBE-S[^ ]*" | cut -c2-); do iptables -t nat -F $c; done; for c in $(iptables-save -t nat | grep -o "^:KUBE-[SMPN][^ ]*" | cut -c2-); do iptables -t nat -F $c; iptables -t nat -X $c; done',
  ),
  expect: faulty('kp-mode-leftovers', 'n1'),
} satisfies Scenario
