import type { Scenario } from '../../cluster/scenario.ts'
import {
  faulty,
  inNetns,
  nodePort,
  onNode,
  outside,
  patch,
  patchOps,
  restoreBase,
  sees,
  steps,
  undoInNetns,
  undoOnNode,
  webService,
} from '../verbs.ts'

export default {
  about: 'n1 drops the port on which a balancer asks for its health',
  fault: ['lb-healthcheck-node-port', 'ul-input-drop-hostnetwork'],
  modes: ['iptables', 'nftables'],
  break: steps(
    webService({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31999 }),
    patch('service web', { status: { loadBalancer: { ingress: [{ ip: '172.30.0.200' }] } } }, '--subresource=status'),
    inNetns('external', 'ip route add 172.30.0.200 via 172.30.0.12'),
    onNode('n1', 'iptables -I INPUT -p tcp --dport 31999 -j DROP'),
  ),
  observable: sees(outside, nodePort('n1', 31999), 'timeout'),
  heal: steps(
    undoOnNode('n1', 'iptables -D INPUT -p tcp --dport 31999 -j DROP'),
    undoInNetns('external', 'ip route del 172.30.0.200'),
    patchOps('service web', [{ op: 'replace', path: '/spec/type', value: 'NodePort' }]),
    restoreBase,
  ),
  expect: faulty('ul-input-drop-hostnetwork', 'n1'),
} satisfies Scenario
