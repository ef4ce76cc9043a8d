import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, restoreBase, sees, server, webPods } from '../verbs.ts'

export default {
  about: 'the container port of that name is UDP, the Service wants TCP',
  fault: ['svc-targetport-named-missing'],
  modes: ['iptables'],
  break: webPods({ ...server, ports: [{ containerPort: 8080, name: 'http', protocol: 'UDP' }] }),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('svc-targetport-named-missing', undefined, { near: '[Uu][Dd][Pp]' }),
  fix: 'none: the pods have to be made anew with another port',
} satisfies Scenario
