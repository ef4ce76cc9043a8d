import type { Scenario } from '../../cluster/scenario.ts'
import { firewalld, firewalldOff, healthy, nothing, OPEN, TRUSTED } from '../verbs.ts'

export default {
  about: 'firewalld on n2 has just been reloaded, and kube-proxy is about to put back its rules',
  fault: [],
  modes: ['iptables'],
  break: firewalld('n2', [...OPEN, '--add-port=8472/udp', ...TRUSTED], false),
  observable: nothing,
  heal: firewalldOff('n2'),
  expect: healthy,
  healWithin: 90,
} satisfies Scenario
