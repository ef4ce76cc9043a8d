import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, ipvsSyncs, onNode, pod, sees, steps, webAddress } from '../verbs.ts'

export default {
  about: 'the ClusterIP is no longer on the IPVS device of n2, and kube-proxy there syncs once an hour',
  fault: ['ipvs-virtual-server-missing'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: steps(ipvsSyncs('1h'), async (stage) =>
    onNode('n2', `ip addr del ${await webAddress(stage)}/32 dev kube-ipvs0`)(stage),
  ),
  observable: sees(pod('n2'), clusterIp(), 'timeout'),
  heal: ipvsSyncs('0s'),
  expect: faulty('ipvs-virtual-server-missing', 'n2'),
} satisfies Scenario
