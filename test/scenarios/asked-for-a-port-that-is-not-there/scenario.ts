import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, sees, steps } from '../verbs.ts'

export default {
  about: 'clients dial the node port at the address of the Service; the command is told which port they dial',
  fault: ['svc-client-wrong-port'],
  modes: ['iptables', 'nftables'],
  service: 'web:30080',
  break: steps(),
  observable: sees(pod('n1'), clusterIp('web', 30080), 'fails'),
  heal: steps(),
  expect: faulty('svc-client-wrong-port', 'service default/web', { near: 'node port' }),
  fix: 'none: clients have to dial another port',
} satisfies Scenario
