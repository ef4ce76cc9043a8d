import { blameSome } from '../facts/blame.ts'
import { clientEgress } from '../facts/policies.ts'
import { check } from './check.ts'

export default check({
  id: 'netpol-egress-denied',
  title: 'No NetworkPolicy keeps the clients from sending',
  item: 'policy',
  needs: ['service', 'policies', 'cells', 'enforcer'],
  leadsTo: ['netpol-dns-egress-blocked'],
  applies: ({ policies }) => (policies.length > 0 ? true : 'there is no NetworkPolicy in the namespace'),
  run({ service, policies, cells, enforcer }) {
    const egress = clientEgress(policies)
    if (!egress || egress.any) return []
    const names = egress.policies.map((p) => p.object.metadata.name)
    return [
      {
        says: `NetworkPolicy ${names.join(', ')} lets the pods of namespace ${service.metadata.namespace} send ${egress.dns ? 'DNS queries only' : 'nothing'}${enforcer.enforces ? '' : '; nothing in this cluster enforces it'}.`,
        on: `networkpolicy ${service.metadata.namespace}/${names[0]}`,
        proof: egress.policies.map((p) => p.proof),
        why: 'the policy selects the client for egress and no rule admits the endpoints, so the enforcer drops what it sends; hosts and other namespaces are not concerned',
        fix: [
          '# add an egress rule for the endpoints (and for DNS: port 53, UDP and TCP), or delete the policy:',
          `kubectl -n ${service.metadata.namespace} delete networkpolicy ${names[0]}`,
        ],
        explains: enforcer.enforces
          ? blameSome(
              cells,
              (c) =>
                c.from.kind !== 'host' && c.attempts.some((a) => a.outcome === 'timeout' || a.outcome === 'refused'),
            )
          : [],
      },
    ]
  },
})
