import type { Scenario } from '../../cluster/scenario.ts'
import { addressOn, clusterIp, faulty, orphanSlice, pod, seesSome, undoKubectl } from '../verbs.ts'

export default {
  about: 'a slice that no controller owns adds an address of n2 that no pod has any more',
  fault: ['ep-orphan-slice'],
  modes: ['iptables', 'nftables'],
  break: async (stage) => orphanSlice((await addressOn(stage, 'n2')).replace(/\d+$/, '99'))(stage),
  observable: seesSome(pod('n0'), clusterIp(), 'fails'),
  heal: undoKubectl('delete endpointslice web-orphan'),
  expect: faulty('ep-orphan-slice'),
} satisfies Scenario
