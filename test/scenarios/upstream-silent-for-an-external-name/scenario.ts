import type { Scenario } from '../../cluster/scenario.ts'
import { apply, asks, faulty, inNetns, pod, service, steps, undoInNetns, undoKubectl, wait } from '../verbs.ts'

export default {
  about: 'the resolver that CoreDNS forwards to is silent, so the target of an ExternalName is not found',
  fault: ['dns-upstream-dead'],
  modes: ['iptables', 'nftables'],
  service: 'shop',
  break: steps(
    apply(service('shop', { type: 'ExternalName', externalName: 'www.example.com' })),
    inNetns(
      'switch',
      'nft add table ip silent; nft add chain ip silent c "{ type filter hook input priority 0; }"; nft add rule ip silent c udp dport 53 drop; nft add rule ip silent c tcp dport 53 drop',
    ),
    wait(32),
  ),
  // for the Service's own name CoreDNS answers NOERROR with the CNAME alone
  observable: asks(pod('n1'), 'www.example.com.', 'SERVFAIL'),
  heal: steps(undoInNetns('switch', 'nft delete table ip silent'), undoKubectl('delete service shop')),
  expect: faulty('dns-upstream-dead'),
  fix: 'none: the resolver is outside the cluster',
} satisfies Scenario
