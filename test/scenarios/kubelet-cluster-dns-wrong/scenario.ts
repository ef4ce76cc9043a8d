import type { Scenario } from '../../cluster/scenario.ts'
import { asks, faulty, kubeletConfig, newClient, pod, steps } from '../verbs.ts'

export default {
  about: 'the kubelet of n1 gives new pods a DNS address that does not exist',
  fault: ['dns-kubelet-clusterdns-wrong'],
  modes: ['iptables', 'nftables'],
  break: kubeletConfig('n1', 's/10\\.96\\.0\\.10$/10.96.0.99/'),
  observable: steps(newClient('n1'), asks(pod('n1'), 'web', 'silence', 60, '+search')),
  heal: steps(kubeletConfig('n1', 's/10\\.96\\.0\\.99$/10.96.0.10/'), newClient('n1')),
  expect: faulty('dns-kubelet-clusterdns-wrong', 'n1'),
} satisfies Scenario
