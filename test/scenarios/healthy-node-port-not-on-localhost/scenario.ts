import type { Scenario } from '../../cluster/scenario.ts'
import { healthy, host, onNode, sees, undoOnNode, url } from '../verbs.ts'

export default {
  about: 'the node port does not answer on 127.0.0.1 of n1, where nobody is told to call it',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'sysctl -w net.ipv4.conf.all.route_localnet=0'),
  observable: sees(host('n1'), url('http://127.0.0.1:30080/'), 'fails'),
  heal: undoOnNode('n1', 'sysctl -w net.ipv4.conf.all.route_localnet=1'),
  expect: healthy,
} satisfies Scenario
