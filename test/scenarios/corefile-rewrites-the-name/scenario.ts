import type { Scenario } from '../../cluster/scenario.ts'
import { asks, corefile, faulty, NAME, pod, restartCoreDns, steps } from '../verbs.ts'

const more = `
    rewrite name web.default.svc.cluster.local shop.default.svc.cluster.local`

export default {
  about: 'a rewrite in the Corefile asks for a name that is gone in place of the one that clients ask for',
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
  expect: faulty('dns-corefile-override', 'configmap kube-system/coredns', { near: 'rewrite name' }),
} satisfies Scenario
