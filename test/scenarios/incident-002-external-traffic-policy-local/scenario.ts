import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, nodePort, outside, pod, restoreBase, sees, steps, webService } from '../verbs.ts'

export default {
  about: 'externalTrafficPolicy is Local and n0 has no endpoint',
  fault: ['np-etp-local-no-local'],
  modes: ['iptables', 'nftables'],
  break: webService({ externalTrafficPolicy: 'Local' }),
  observable: steps(sees(outside, nodePort('n0'), 'timeout'), sees(pod('n1'), nodePort('n0'), 'timeout')),
  heal: restoreBase,
  expect: faulty('np-etp-local-no-local'),
} satisfies Scenario
