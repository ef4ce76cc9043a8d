import type { ProxyFact } from '../facts/cluster.ts'
import { PROXY_NEEDS, proxyCases, rewriteRules } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-hostname-mismatch',
  title: 'kube-proxy knows which node it is on',
  item: 'kube-proxy',
  needs: [...PROXY_NEEDS, 'service', 'endpoints'],
  applies: ({ service: { spec } }) =>
    spec.externalTrafficPolicy === 'Local' ||
    spec.internalTrafficPolicy === 'Local' ||
    spec.ports?.some((p) => p.nodePort)
      ? true
      : 'the Service has no Local traffic policy and no node port',
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const fix = [...nameFix(facts.proxy, c.node), ...rewriteRules(c)]
      // which addresses node ports are open on can be a setting, which has a check of its own
      const isSetting = facts.proxy.config === undefined || facts.proxy.nodePortAddresses.length > 0
      const abroad = isSetting ? [] : c.drifts.filter((d) => d.kind === 'node-address')
      const local = facts.endpoints.filter((e) => e.ready && e.node === c.node)
      const unseen = local.length > 0 ? c.drifts.filter((d) => d.kind === 'unexpected-drop') : []
      if (!c.speaks) return []
      if (abroad.length > 0)
        return [
          {
            says: `${abroad[0]!.says.replace(/\.$/, '')}: it runs under another node name.`,
            on: c.node,
            proof: abroad.flatMap((d) => d.proof),
            why: 'in nftables mode it looks for the addresses of the node that it takes itself for, finds none of them here, and so opens no node port',
            fix,
            explains: c.explains,
            change: c.change,
          },
        ]
      if (unseen.length === 0) return []
      return [
        {
          says: `kube-proxy on ${c.node} takes none of the endpoints for local, although ${local.map((e) => e.address).join(', ')} ${local.length > 1 ? 'are' : 'is'} on this node: it runs under another node name.`,
          on: c.node,
          proof: [...unseen.flatMap((d) => d.proof), ...local.map((e) => e.proof)],
          why: 'with a Local traffic policy a node without endpoints of its own drops the traffic; this node has one, and drops it all the same',
          fix,
          explains: c.explains,
          change: c.change,
        },
      ]
    })
  },
})

/** The command that gives every kube-proxy the name of its own node, where a fixed one stands in the DaemonSet. */
function nameFix({ daemonset }: ProxyFact, node: string): string[] {
  const containers = daemonset?.object.spec.template?.spec?.containers ?? []
  for (const [index, container] of containers.entries())
    for (const field of ['command', 'args'] as const) {
      const at = (container[field] ?? []).findIndex((word) => /^--hostname-override=[^$]/.test(word))
      if (at < 0) continue
      const path = `/spec/template/spec/containers/${index}/${field}/${at}`
      const own = container.env?.some(({ name }) => name === 'NODE_NAME')
      const operation = own
        ? { op: 'replace', path, value: '--hostname-override=$(NODE_NAME)' }
        : { op: 'remove', path }
      return [`kubectl -n kube-system patch daemonset kube-proxy --type=json -p '${JSON.stringify([operation])}'`]
    }
  return [
    `# kube-proxy on ${node}: take --hostname-override (or hostnameOverride in its configuration) out, it must be "${node}"`,
  ]
}
