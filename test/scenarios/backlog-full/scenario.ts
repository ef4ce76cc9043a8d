import type { Scenario } from '../../cluster/scenario.ts'
import {
  clusterIp,
  endpointOn,
  faulty,
  host,
  pod,
  probe,
  restoreBase,
  sees,
  shellServer,
  steps,
  webPods,
} from '../verbs.ts'

const deaf = `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalPort => 8080, Listen => 2, ReuseAddr => 1); sleep 1 while 1'`

export default {
  about: 'the servers no longer accept connections and their queues are full',
  fault: ['app-hang-or-backlog-full'],
  modes: ['iptables', 'nftables'],
  break: steps(webPods(shellServer(deaf)), async (stage) => {
    for (const node of ['n1', 'n2']) await probe(stage, host(node), endpointOn(node), 8)
  }),
  observable: sees(pod('n0'), clusterIp(), 'timeout'),
  heal: restoreBase,
  expect: faulty('app-hang-or-backlog-full'),
  fix: 'none: the program has to be mended',
} satisfies Scenario
