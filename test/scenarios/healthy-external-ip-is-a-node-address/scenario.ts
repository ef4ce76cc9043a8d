import type { Scenario } from '../../cluster/scenario.ts'
import { healthy, outside, restoreBase, sees, url, webService } from '../verbs.ts'

export default {
  about: 'an externalIP is the address of n1 on a port that nothing else uses',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: webService({ externalIPs: ['172.30.0.11'] }),
  observable: sees(outside, url('http://172.30.0.11/'), 'ok'),
  heal: restoreBase,
  expect: healthy,
} satisfies Scenario
