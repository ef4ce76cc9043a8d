import type { Scenario } from '../../cluster/scenario.ts'
import { api, faulty, host, kpConfig, kpConfigBack, kpHealthy, onNode, sees, steps, undoOnNode } from '../verbs.ts'

const without = (config: string) => config.replace(/^clusterCIDR:.*$/m, 'clusterCIDR: ""')
const stock = (config: string) => config.replace(/^clusterCIDR:.*$/m, 'clusterCIDR: 10.244.0.0/16')

export default {
  about: 'n2 has two NICs, its default route leaves by the wrong one, and kube-proxy masquerades nothing',
  fault: ['ul-source-address'],
  modes: ['iptables', 'nftables'],
  needs: ['second-nic'],
  service: 'kubernetes',
  break: steps(
    // The control plane is not on the second network, so its answers do not find the way back there.
    onNode('n0', 'ip link set eth1 down'),
    onNode('n2', 'ip route replace default via 192.168.77.1 dev eth1'),
    kpConfig('n2', without),
    kpHealthy('n2'),
  ),
  observable: sees(host('n2'), api, 'timeout'),
  heal: steps(
    undoOnNode('n0', 'ip link set eth1 up'),
    undoOnNode('n2', 'ip route replace default via 172.30.0.1 dev eth0; ip route del 10.96.0.0/12'),
    kpConfigBack('n2', stock),
  ),
  expect: faulty('ul-source-address', 'n2'),
} satisfies Scenario
