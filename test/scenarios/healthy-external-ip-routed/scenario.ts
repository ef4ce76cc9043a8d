import type { Scenario } from '../../cluster/scenario.ts'
import {
  healthy,
  inNetns,
  onNode,
  outside,
  restoreBase,
  sees,
  steps,
  undoInNetns,
  undoOnNode,
  url,
  webService,
} from '../verbs.ts'

export default {
  about: 'an externalIP that a router leads to n1',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(
    webService({ externalIPs: ['172.30.0.77'] }),
    inNetns('external', 'ip route add 172.30.0.77 via 172.30.0.11'),
    ...['n0', 'n1', 'n2'].map((node) =>
      onNode(node, 'ip route add 172.30.0.77 via 172.30.0.11 || ip addr add 172.30.0.77/32 dev eth0'),
    ),
  ),
  observable: sees(outside, url('http://172.30.0.77/'), 'ok'),
  heal: steps(
    undoInNetns('external', 'ip route del 172.30.0.77'),
    ...['n0', 'n1', 'n2'].map((node) =>
      undoOnNode(node, 'ip route del 172.30.0.77; ip addr del 172.30.0.77/32 dev eth0'),
    ),
    restoreBase,
  ),
  expect: healthy,
} satisfies Scenario
