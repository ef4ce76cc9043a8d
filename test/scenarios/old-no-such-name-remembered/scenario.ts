import type { Scenario, Step } from '../../cluster/scenario.ts'
import {
  ask,
  asks,
  corefile,
  faulty,
  kubectl,
  NAME,
  pod,
  query,
  restartCoreDns,
  restoreBase,
  steps,
  until,
} from '../verbs.ts'

const denials = (text: string) => text.replace(/ttl 30\b/, 'ttl 600').replace(/cache 30 \{[^}]*\}/, 'cache 600')
const stock = (text: string) =>
  text
    .replace(/ttl 600\b/, 'ttl 30')
    .replace(
      'cache 600',
      'cache 30 {\n       disable success cluster.local\n       disable denial cluster.local\n    }',
    )

/** Every CoreDNS pod is asked for both records of the name while there is no such Service. */
const askedTooEarly: Step = async (stage) => {
  const pods = '-n kube-system get pods -l k8s-app=kube-dns -o'
  const ips = (await ask(stage, pods, 'jsonpath={.items[*].status.podIP}')).split(' ').filter(Boolean)
  for (const ip of ips)
    for (const type of ['A', 'AAAA'])
      await until(`${ip} denies ${NAME} ${type}`, 30, async () => {
        return (await query(stage, pod('n1'), NAME, `@${ip} -t ${type}`)) === 'NXDOMAIN'
      })
}

export default {
  about: 'the name was asked before the Service was there, and CoreDNS remembers for ten minutes that there is none',
  fault: ['dns-negative-cache'],
  modes: ['iptables', 'nftables'],
  break: steps(corefile(denials), restartCoreDns, kubectl('delete service web'), askedTooEarly, restoreBase),
  observable: asks(pod('n1'), NAME, 'NXDOMAIN'),
  heal: steps(corefile(stock), restartCoreDns, restoreBase),
  expect: faulty('dns-negative-cache'),
} satisfies Scenario
