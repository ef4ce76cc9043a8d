import { PROXY_NEEDS, proxyCases, rewriteRules } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-hostname-mismatch',
  title: 'kube-proxy knows which endpoints are on its node',
  item: 'kube-proxy',
  needs: [...PROXY_NEEDS, 'service', 'endpoints'],
  applies: ({ service }) =>
    service.spec.externalTrafficPolicy === 'Local' || service.spec.internalTrafficPolicy === 'Local'
      ? true
      : 'the Service has no Local traffic policy',
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const local = facts.endpoints.filter((e) => e.ready && e.node === c.node)
      const mine = c.drifts.filter((d) => d.kind === 'unexpected-drop')
      if (!c.speaks || local.length === 0 || mine.length === 0) return []
      return [
        {
          says: `kube-proxy on ${c.node} takes none of the endpoints for local, although ${local.map((e) => e.address).join(', ')} ${local.length > 1 ? 'are' : 'is'} on this node: it runs under another node name.`,
          on: c.node,
          proof: [...mine.flatMap((d) => d.proof), ...local.map((e) => e.proof)],
          why: 'with a Local traffic policy a node without endpoints of its own drops the traffic; this node has one, and drops it all the same',
          fix: [
            `# kube-proxy on ${c.node}: take --hostname-override (or hostnameOverride in its configuration) out, it must be "${c.node}"`,
            ...rewriteRules(c),
          ],
          explains: c.explains,
          change: c.change,
        },
      ]
    })
  },
})
