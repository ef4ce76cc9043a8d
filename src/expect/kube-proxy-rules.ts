import type { Family } from '../model.ts'
import { parseIptablesSave } from '../parse/iptables-save.ts'
import type { RuleSet } from '../parse/rule.ts'
import { endpointChain, serviceChain, servicePortName } from './chain-names.ts'

/** A Service as kube-proxy sees it. Addresses of one family only. */
export interface ExpectedService {
  namespace: string
  name: string
  clusterIps: string[]
  externalIps: string[]
  balancerIps: string[]
  sourceRanges: string[]
  externalLocal: boolean
  internalLocal: boolean
  ports: {
    name: string
    protocol: string
    port: number
    nodePort?: number
    endpoints: { address: string; port: number; local: boolean }[]
  }[]
}

/**
 * The iptables rules that kube-proxy must have on a node for these Services, as iptables-save text: what v1.36's iptables proxier
 * writes (pkg/proxy/iptables/proxier.go), without the counters and comments that change nothing. The but-for test puts them in the
 * place of what is there, in every mode: the modes differ in their rules, not in where a packet for a Service must go.
 */
export function kubeProxyRules(
  services: readonly ExpectedService[],
  clusterCidrs: readonly string[],
  family: Family,
): string {
  const six = family === 6
  const mask = six ? 128 : 32
  const chains = new Set(['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ'])
  const nat: string[] = [
    '-A PREROUTING -j KUBE-SERVICES',
    '-A OUTPUT -j KUBE-SERVICES',
    '-A POSTROUTING -j KUBE-POSTROUTING',
    '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
    '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
    '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
    '-A KUBE-POSTROUTING -j MASQUERADE --random-fully',
  ]
  const filter: string[] = [
    '-A INPUT -m conntrack --ctstate NEW -j KUBE-EXTERNAL-SERVICES',
    '-A FORWARD -m conntrack --ctstate NEW -j KUBE-PROXY-FIREWALL',
    '-A FORWARD -j KUBE-FORWARD',
    '-A FORWARD -m conntrack --ctstate NEW -j KUBE-SERVICES',
    '-A FORWARD -m conntrack --ctstate NEW -j KUBE-EXTERNAL-SERVICES',
    '-A OUTPUT -m conntrack --ctstate NEW -j KUBE-PROXY-FIREWALL',
    '-A OUTPUT -m conntrack --ctstate NEW -j KUBE-SERVICES',
    '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP',
    '-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT',
    '-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  ]
  const cidrs = clusterCidrs.filter((cidr) => cidr.includes(':') === six)
  const reject = `-j REJECT --reject-with ${six ? 'icmp6-port-unreachable' : 'icmp-port-unreachable'}`
  for (const service of services)
    for (const port of service.ports) {
      const name = servicePortName(service.namespace, service.name, port.name)
      const match = (ip: string) => `-d ${ip}/${mask} -p ${port.protocol} -m ${port.protocol} --dport ${port.port}`
      const nodePort = `-p ${port.protocol} -m ${port.protocol} --dport ${port.nodePort}`
      const chain = (kind: 'SVC' | 'SVL' | 'EXT' | 'FW') => {
        const c = serviceChain(kind, name, port.protocol)
        chains.add(c)
        return c
      }
      const local = port.endpoints.filter((e) => e.local)
      const external = [...service.externalIps, ...service.balancerIps]
      if (port.endpoints.length === 0) {
        for (const ip of service.clusterIps) filter.push(`-A KUBE-SERVICES ${match(ip)} ${reject}`)
        for (const ip of external) filter.push(`-A KUBE-EXTERNAL-SERVICES ${match(ip)} ${reject}`)
        if (port.nodePort) filter.push(`-A KUBE-EXTERNAL-SERVICES -m addrtype --dst-type LOCAL ${nodePort} ${reject}`)
        continue
      }
      const internalTo = service.internalLocal ? 'SVL' : 'SVC'
      for (const ip of service.clusterIps) {
        if (service.internalLocal && local.length === 0) filter.push(`-A KUBE-SERVICES ${match(ip)} -j DROP`)
        else nat.push(`-A KUBE-SERVICES ${match(ip)} -j ${chain(internalTo)}`)
        for (const cidr of cidrs) nat.push(`-A ${chain(internalTo)} ! -s ${cidr} ${match(ip)} -j KUBE-MARK-MASQ`)
      }
      const ext = chain('EXT')
      if (service.externalLocal) {
        for (const cidr of cidrs) nat.push(`-A ${ext} -s ${cidr} -j ${chain('SVC')}`)
        nat.push(
          `-A ${ext} -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ`,
          `-A ${ext} -m addrtype --src-type LOCAL -j ${chain('SVC')}`,
        )
        if (local.length > 0) nat.push(`-A ${ext} -j ${chain('SVL')}`)
      } else nat.push(`-A ${ext} -j KUBE-MARK-MASQ`, `-A ${ext} -j ${chain('SVC')}`)
      for (const ip of service.externalIps) nat.push(`-A KUBE-SERVICES ${match(ip)} -j ${ext}`)
      for (const ip of service.balancerIps) {
        if (service.sourceRanges.length === 0) {
          nat.push(`-A KUBE-SERVICES ${match(ip)} -j ${ext}`)
          continue
        }
        nat.push(`-A KUBE-SERVICES ${match(ip)} -j ${chain('FW')}`)
        for (const range of service.sourceRanges) nat.push(`-A ${chain('FW')} -s ${range} -j ${ext}`)
        filter.push(`-A KUBE-PROXY-FIREWALL ${match(ip)} -j DROP`)
      }
      if (service.externalLocal && local.length === 0) {
        for (const ip of external) filter.push(`-A KUBE-EXTERNAL-SERVICES ${match(ip)} -j DROP`)
        if (port.nodePort) filter.push(`-A KUBE-EXTERNAL-SERVICES -m addrtype --dst-type LOCAL ${nodePort} -j DROP`)
      }
      if (port.nodePort) nat.push(`-A KUBE-NODEPORTS ${nodePort} -j ${ext}`)
      for (const [kind, endpoints] of [
        ['SVC', port.endpoints],
        ['SVL', local],
      ] as const) {
        const from = serviceChain(kind, name, port.protocol)
        if (!chains.has(from)) continue
        endpoints.forEach((e, i) => {
          const left = endpoints.length - i
          const target = endpointChain(name, port.protocol, e)
          nat.push(
            `-A ${from} ${left > 1 ? `-m statistic --mode random --probability ${(1 / left).toFixed(11)} ` : ''}-j ${target}`,
          )
          if (chains.has(target)) return
          chains.add(target)
          nat.push(
            `-A ${target} -s ${e.address}/${mask} -j KUBE-MARK-MASQ`,
            `-A ${target} -p ${port.protocol} -m ${port.protocol} -j DNAT --to-destination ${six ? `[${e.address}]` : e.address}:${e.port}`,
          )
        })
      }
    }
  nat.push('-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS')
  return [
    '*nat',
    ...['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'].map((c) => `:${c} ACCEPT [0:0]`),
    ...[...chains].map((c) => `:${c} - [0:0]`),
    ...nat,
    'COMMIT',
    '*filter',
    ...['INPUT', 'FORWARD', 'OUTPUT'].map((c) => `:${c} ACCEPT [0:0]`),
    ...['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-FORWARD', 'KUBE-PROXY-FIREWALL'].map((c) => `:${c} - [0:0]`),
    ...filter,
    'COMMIT',
    '',
  ].join('\n')
}

/** The same as a rule set of both families, for the model. */
export function kubeProxyRuleSet(
  services: Record<Family, readonly ExpectedService[]>,
  clusterCidrs: readonly string[],
): RuleSet {
  const sets = ([4, 6] as const)
    .filter((family) => services[family].length > 0)
    .map((family) =>
      parseIptablesSave(kubeProxyRules(services[family], clusterCidrs, family), {
        family: family === 4 ? 'ip' : 'ip6',
        backend: 'iptables-nft',
        path: 'expected',
      }),
    )
  return { tables: sets.flatMap((s) => s.tables), unread: [] }
}
