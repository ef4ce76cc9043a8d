import { type ExpectedService, kubeProxyRuleSet } from '../expect/kube-proxy-rules.ts'
import type { Family } from '../model.ts'
import type { RuleSet } from '../parse/rule.ts'
import type { PortTargets } from './endpoints.ts'
import type { Service } from './kube.ts'

/** A Service with its ports joined to endpoints: what the probes of a run touch. */
export interface Served {
  service: Service
  ports: PortTargets[]
}

/** The Services as kube-proxy of one node must see them, addresses of one family. */
export function expectedServices(served: readonly Served[], node: string, family: Family): ExpectedService[] {
  const is = (ip: string) => ip.includes(':') === (family === 6)
  return served.flatMap(({ service, ports }) => {
    const { spec, metadata } = service
    const clusterIps = (spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])).filter(
      (ip) => ip !== 'None' && is(ip),
    )
    if (clusterIps.length === 0 || spec.type === 'ExternalName') return []
    return [
      {
        namespace: metadata.namespace ?? 'default',
        name: metadata.name,
        clusterIps,
        externalIps: (spec.externalIPs ?? []).filter(is),
        balancerIps: (service.status?.loadBalancer?.ingress ?? []).flatMap((i) =>
          i.ip && i.ipMode !== 'Proxy' && is(i.ip) ? [i.ip] : [],
        ),
        sourceRanges: (spec.loadBalancerSourceRanges ?? []).filter(is),
        externalLocal: spec.externalTrafficPolicy === 'Local',
        internalLocal: spec.internalTrafficPolicy === 'Local',
        ports: ports.map((port) => ({
          name: port.name,
          protocol: port.protocol,
          port: port.port.port,
          ...(port.port.nodePort ? { nodePort: port.port.nodePort } : {}),
          endpoints: port.usable
            .filter((t) => is(t.endpoint.address))
            .map((t) => ({ address: t.endpoint.address, port: t.port, local: t.endpoint.node === node })),
        })),
      },
    ]
  })
}

/** What kube-proxy must have written on a node for these Services, as a rule set for the but-for test. */
export function expectedRules(served: readonly Served[], node: string, clusterCidrs: readonly string[]): RuleSet {
  return kubeProxyRuleSet({ 4: expectedServices(served, node, 4), 6: expectedServices(served, node, 6) }, clusterCidrs)
}
