import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, orphanSlice, pod, seesSome, undoKubectl } from '../verbs.ts'

export default {
  about: 'a slice that no controller owns adds an address outside every pod network',
  fault: ['ep-orphan-slice'],
  modes: ['iptables', 'nftables'],
  break: orphanSlice('10.244.9.9'),
  observable: seesSome(pod('n0'), clusterIp(), 'timeout'),
  heal: undoKubectl('delete endpointslice web-orphan'),
  expect: faulty('ep-orphan-slice'),
} satisfies Scenario
