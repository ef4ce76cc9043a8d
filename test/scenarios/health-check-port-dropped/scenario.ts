import type { Scenario } from '../../cluster/scenario.ts'
import {
  balancerGone,
  faulty,
  HEALTH_PORT,
  nodePort,
  onNode,
  outside,
  sees,
  steps,
  undoOnNode,
  webBalanced,
} from '../verbs.ts'

export default {
  about: 'n1 drops the port on which a balancer asks for its health',
  fault: ['lb-healthcheck-node-port', 'ul-input-drop-hostnetwork'],
  modes: ['iptables', 'nftables'],
  break: steps(webBalanced, onNode('n1', `iptables -I INPUT -p tcp --dport ${HEALTH_PORT} -j DROP`)),
  observable: sees(outside, nodePort('n1', HEALTH_PORT), 'timeout'),
  heal: steps(undoOnNode('n1', `iptables -D INPUT -p tcp --dport ${HEALTH_PORT} -j DROP`), balancerGone),
  expect: faulty('ul-input-drop-hostnetwork', 'n1'),
} satisfies Scenario
