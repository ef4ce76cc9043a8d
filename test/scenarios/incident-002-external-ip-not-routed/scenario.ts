import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, outside, restoreBase, sees, url, webService } from '../verbs.ts'

export default {
  about: 'an externalIP that no node has and no router leads to a node',
  fault: ['extip-not-routed'],
  modes: ['iptables', 'nftables'],
  break: webService({ externalIPs: ['172.30.0.77'] }),
  observable: sees(outside, url('http://172.30.0.77/'), 'no-route'),
  heal: restoreBase,
  expect: faulty('extip-not-routed'),
  fix: 'none: the route belongs to the network outside the cluster',
} satisfies Scenario
