import type { Scenario } from '../../cluster/scenario.ts'
import {
  healthy,
  inNetns,
  outside,
  patch,
  patchOps,
  restoreBase,
  sees,
  steps,
  undoInNetns,
  url,
  webService,
} from '../verbs.ts'

export default {
  about:
    'externalTrafficPolicy is Local behind a balancer: n0 without an endpoint drops node port traffic, as it should',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(
    webService({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31999 }),
    patch('service web', { status: { loadBalancer: { ingress: [{ ip: '172.30.0.200' }] } } }, '--subresource=status'),
    inNetns('external', 'ip route add 172.30.0.200 via 172.30.0.12'),
  ),
  observable: sees(outside, url('http://172.30.0.200/'), 'ok'),
  heal: steps(
    undoInNetns('external', 'ip route del 172.30.0.200'),
    patchOps('service web', [{ op: 'replace', path: '/spec/type', value: 'NodePort' }]),
    restoreBase,
  ),
  expect: healthy,
} satisfies Scenario
