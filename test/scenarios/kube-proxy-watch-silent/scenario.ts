import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpKubeconfig, onNode, pod, rollWeb, sees, steps, undoOnNode } from '../verbs.ts'

const direct = 'https://172.30.0.10:6443'
const relayed = 'https://127.0.0.1:7443'
const relay = 'socat TCP-LISTEN:7443,bind=127.0.0.1,fork,reuseaddr TCP:172.30.0.10:6443'

export default {
  about: 'the connection of kube-proxy on n1 to the API has fallen silent; it reports healthy',
  fault: ['kp-stale-watch'],
  modes: ['iptables', 'nftables'],
  break: steps(
    onNode('n1', `setsid ${relay} >/dev/null 2>&1 </dev/null & sleep 1`),
    kpKubeconfig('n1', direct, relayed),
    onNode('n1', 'pkill -STOP socat'),
    rollWeb,
  ),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: steps(
    undoOnNode('n1', 'pkill -CONT socat'),
    kpKubeconfig('n1', relayed, direct),
    undoOnNode('n1', 'pkill socat'),
  ),
  expect: faulty('kp-stale-watch', 'n1'),
} satisfies Scenario
