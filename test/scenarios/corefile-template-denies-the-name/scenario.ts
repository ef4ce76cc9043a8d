import type { Scenario } from '../../cluster/scenario.ts'
import { asks, corefile, faulty, NAME, pod, restartCoreDns, steps } from '../verbs.ts'

const more = `
    template IN A web.default.svc.cluster.local {
        rcode NXDOMAIN
    }`

export default {
  about: "a template in the Corefile answers for the Service's name: no such name",
  fault: ['dns-corefile-override'],
  modes: ['iptables', 'nftables'],
  break: steps(
    corefile((text) => text.replace('\n    ready', `\n    ready${more}`)),
    restartCoreDns,
  ),
  observable: asks(pod('n0'), NAME, 'NXDOMAIN'),
  heal: steps(
    corefile((text) => text.replace(more, '')),
    restartCoreDns,
  ),
  expect: faulty('dns-corefile-override', 'configmap kube-system/coredns', { near: 'template IN A' }),
} satisfies Scenario
