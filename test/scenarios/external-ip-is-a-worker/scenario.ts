import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, nodeShows, pod, restoreBase, sees, steps, webService } from '../verbs.ts'

export default {
  about: 'an externalIP is the address of n1; n2, which uses IPVS, takes it for its own and reaches nothing on n1',
  fault: ['extip-is-node-ip-ipvs'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: steps(
    webService({ externalIPs: ['172.30.0.11'] }),
    nodeShows('n2', 'ip addr show kube-ipvs0 | grep -q 172.30.0.11/32', 120),
  ),
  observable: sees(pod('n2'), endpointOn('n1'), 'fails'),
  heal: restoreBase,
  expect: faulty('extip-is-node-ip-ipvs', 'n2'),
} satisfies Scenario
