import type { Scenario } from '../../cluster/scenario.ts'
import { balancerGone, healthy, outside, sees, url, webBalanced } from '../verbs.ts'

export default {
  about:
    'externalTrafficPolicy is Local behind a balancer: n0 without an endpoint drops node port traffic, as it should',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: webBalanced,
  observable: sees(outside, url('http://172.30.0.200/'), 'ok'),
  heal: balancerGone,
  expect: healthy,
} satisfies Scenario
