import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, ipvsSyncs, onNode, pod, sees, steps, webAddress } from '../verbs.ts'

export default {
  about: 'somebody has taken away the virtual server of the Service on n2, and kube-proxy there syncs once an hour',
  fault: ['ipvs-virtual-server-missing'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: steps(ipvsSyncs('1h'), async (stage) => onNode('n2', `ipvsadm -D -t ${await webAddress(stage)}:80`)(stage)),
  observable: sees(pod('n2'), clusterIp(), 'refused'),
  heal: ipvsSyncs('0s'),
  expect: faulty('ipvs-virtual-server-missing', 'n2'),
} satisfies Scenario
