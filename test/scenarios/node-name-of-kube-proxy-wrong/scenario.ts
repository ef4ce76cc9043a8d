import type { Scenario } from '../../cluster/scenario.ts'
import {
  faulty,
  kpConfig,
  kpConfigBack,
  kpHealthy,
  nodePort,
  outside,
  restoreBase,
  sees,
  steps,
  webService,
} from '../verbs.ts'

export default {
  about: 'kube-proxy on n1 takes itself for another node, so it knows of no local endpoint',
  fault: ['kp-hostname-mismatch'],
  modes: ['iptables', 'nftables'],
  break: steps(
    kpConfig('n1', (text) => text.replace(/^hostnameOverride:.*$/m, 'hostnameOverride: n1x')),
    kpHealthy('n1'),
    webService({ externalTrafficPolicy: 'Local' }),
  ),
  observable: sees(outside, nodePort('n1'), 'timeout'),
  heal: steps(
    restoreBase,
    kpConfigBack('n1', (text) => text.replace(/^hostnameOverride:.*$/m, 'hostnameOverride: ""')),
  ),
  expect: faulty('kp-hostname-mismatch', 'n1'),
} satisfies Scenario
