import type { Scenario } from '../../cluster/scenario.ts'
import { asks, nothing, pod } from '../verbs.ts'

export default {
  about: 'the Service asked about does not exist, one off by a letter does',
  fault: ['svc-missing', 'dns-name-not-found'],
  modes: ['iptables'],
  service: 'wed',
  break: nothing,
  observable: asks(pod('n1'), 'wed.default.svc.cluster.local.', 'NXDOMAIN'),
  heal: nothing,
  expect: { state: 'refused', message: '\\bweb\\b' },
} satisfies Scenario
