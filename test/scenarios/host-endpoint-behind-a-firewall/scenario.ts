import type { Scenario } from '../../cluster/scenario.ts'
import {
  apply,
  barePod,
  clusterIp,
  faulty,
  onNode,
  pod,
  runs,
  sees,
  server,
  service,
  steps,
  undoKubectl,
  undoOnNode,
} from '../verbs.ts'

export default {
  about: 'the endpoint uses the network of n2, whose firewall drops its port',
  fault: ['ul-input-drop-hostnetwork'],
  modes: ['iptables', 'nftables'],
  service: 'edge',
  break: steps(
    apply(
      barePod(
        'edge',
        'edge',
        { ...server, args: ['netexec', '--http-port=8090', '--udp-port=-1'], ports: [{ containerPort: 8090 }] },
        { hostNetwork: true, nodeName: 'n2' },
      ),
      service('edge', { selector: { app: 'edge' }, ports: [{ name: 'http', port: 80, targetPort: 8090 }] }),
    ),
    runs('edge', 1),
    onNode(
      'n2',
      'iptables -I INPUT -i eth0 -p tcp --dport 8090 -j DROP; iptables -I INPUT -i flannel.1 -p tcp --dport 8090 -j DROP',
    ),
  ),
  observable: sees(pod('n0'), clusterIp('edge'), 'timeout'),
  heal: steps(
    undoOnNode(
      'n2',
      'iptables -D INPUT -i eth0 -p tcp --dport 8090 -j DROP; iptables -D INPUT -i flannel.1 -p tcp --dport 8090 -j DROP',
    ),
    undoKubectl('delete pod edge --now'),
    undoKubectl('delete service edge'),
  ),
  expect: faulty('ul-input-drop-hostnetwork', 'n2'),
} satisfies Scenario
