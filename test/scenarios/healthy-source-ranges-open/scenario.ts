import type { Scenario } from '../../cluster/scenario.ts'
import { healthy, inNetns, outside, patch, restoreBase, sees, steps, undoInNetns, url, webService } from '../verbs.ts'

export default {
  about: 'loadBalancerSourceRanges lets everybody in, and the balancer has an address',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(
    webService({ type: 'LoadBalancer', loadBalancerSourceRanges: ['0.0.0.0/0'] }),
    patch('service web', { status: { loadBalancer: { ingress: [{ ip: '172.30.0.200' }] } } }, '--subresource=status'),
    inNetns('external', 'ip route add 172.30.0.200 via 172.30.0.11'),
  ),
  observable: sees(outside, url('http://172.30.0.200/'), 'ok'),
  heal: steps(undoInNetns('external', 'ip route del 172.30.0.200'), restoreBase),
  expect: healthy,
} satisfies Scenario
