import type { Scenario } from '../../cluster/scenario.ts'
import { asks, corefile, faulty, NAME, pod, restartCoreDns, steps } from '../verbs.ts'

const more = `
    acl {
        block net 10.244.1.0/24 10.244.2.0/24
    }`

export default {
  about: 'an acl in the Corefile refuses whoever asks from the pods of one node',
  fault: ['dns-corefile-override'],
  modes: ['iptables', 'nftables'],
  break: steps(
    corefile((text) => text.replace('\n    ready', `\n    ready${more}`)),
    restartCoreDns,
  ),
  observable: asks(pod('n2'), NAME, 'REFUSED'),
  heal: steps(
    corefile((text) => text.replace(more, '')),
    restartCoreDns,
  ),
  expect: faulty('dns-corefile-override', 'configmap kube-system/coredns', { near: 'block net' }),
} satisfies Scenario
