import type { Scenario } from '../../cluster/scenario.ts'
import {
  addressOn,
  clusterIp,
  endpointOn,
  faulty,
  host,
  onNode,
  pod,
  restoreBase,
  sees,
  seesSome,
  server,
  steps,
  vethOf,
  webPods,
} from '../verbs.ts'

export default {
  about: 'the port of a web pod has been taken off the bridge of n2',
  fault: ['ul-veth-detached'],
  modes: ['iptables', 'nftables'],
  break: steps(webPods(server), async (stage) =>
    onNode('n2', `ip link set dev ${vethOf(await addressOn(stage, 'n2'))} nomaster`)(stage),
  ),
  observable: steps(sees(host('n2'), endpointOn('n2'), 'fails'), seesSome(pod('n0'), clusterIp(), 'fails')),
  heal: restoreBase,
  expect: faulty('ul-veth-detached', 'n2'),
} satisfies Scenario
