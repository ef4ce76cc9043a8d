import type { Scenario } from '../../cluster/scenario.ts'
import {
  faulty,
  kpKnowsItself,
  kpTakesItselfFor,
  nodePort,
  outside,
  restoreBase,
  sees,
  steps,
  webService,
} from '../verbs.ts'

export default {
  about: 'kube-proxy on n1 takes itself for n0, so it knows of no local endpoint',
  fault: ['kp-hostname-mismatch'],
  modes: ['iptables', 'nftables'],
  break: steps(kpTakesItselfFor('n1', 'n0'), webService({ externalTrafficPolicy: 'Local' })),
  // In nftables mode it looks here for the addresses of n0, finds none, and opens no node port.
  observable: (stage) => sees(outside, nodePort('n1'), stage.mode === 'nftables' ? 'refused' : 'timeout')(stage),
  heal: steps(restoreBase, kpKnowsItself('n1')),
  // n0 has no endpoint, so its silence has the policy for a cause; n1 has one
  expect: faulty('kp-hostname-mismatch', 'n1', { also: [{ check: 'np-etp-local-no-local' }] }),
} satisfies Scenario
