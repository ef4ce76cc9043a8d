import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, patch, pod, restoreBase, sees, steps, url, webService } from '../verbs.ts'

export default {
  about: 'loadBalancerSourceRanges leaves all clients out',
  fault: ['lb-source-ranges'],
  modes: ['iptables', 'nftables'],
  break: steps(
    webService({ type: 'LoadBalancer', loadBalancerSourceRanges: ['203.0.113.0/25'] }),
    patch('service web', { status: { loadBalancer: { ingress: [{ ip: '172.30.0.200' }] } } }, '--subresource=status'),
  ),
  observable: sees(pod('n1'), url('http://172.30.0.200/'), 'timeout'),
  heal: restoreBase,
  expect: faulty('lb-source-ranges'),
  fix: 'none: only the owner knows who may come in',
} satisfies Scenario
