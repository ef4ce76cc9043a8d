import type { Scenario } from '../../cluster/scenario.ts'
import { corefile, faulty, pod, restartCoreDns, sees, steps, url } from '../verbs.ts'

const more = `
    hosts {
        10.99.99.99 web.default.svc.cluster.local
        fallthrough
    }`

export default {
  about: "a hosts line in the Corefile gives the Service's name an address of old",
  fault: ['dns-corefile-override'],
  modes: ['iptables', 'nftables'],
  break: steps(
    corefile((text) => text.replace('\n    ready', `\n    ready${more}`)),
    restartCoreDns,
  ),
  observable: sees(pod('n0'), url('http://web.default.svc.cluster.local/'), 'fails'),
  // the printed fix takes the line out, and leaves the block
  heal: steps(
    corefile((text) => text.replace(/\n {4}hosts \{[^}]*\}/, '')),
    restartCoreDns,
  ),
  expect: faulty('dns-corefile-override', 'configmap kube-system/coredns', { near: '10[.]99[.]99[.]99' }),
} satisfies Scenario
