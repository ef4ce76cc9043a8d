import { blameSome } from '../facts/blame.ts'
import { clientEgress } from '../facts/policies.ts'
import { check } from './check.ts'

export default check({
  id: 'netpol-dns-egress-blocked',
  title: 'No NetworkPolicy keeps the clients from asking DNS',
  item: 'policy',
  needs: ['service', 'policies', 'cells', 'enforcer'],
  applies: ({ policies }) => (policies.length > 0 ? true : 'there is no NetworkPolicy in the namespace'),
  run({ service, policies, cells, enforcer }) {
    const egress = clientEgress(policies)
    if (!egress || egress.dns || !egress.any) return []
    const { name } = egress.policies[0]!.object.metadata
    return [
      {
        says: `NetworkPolicy ${name} lets the pods of namespace ${service.metadata.namespace} send, but not to port 53: they cannot ask DNS${enforcer.enforces ? '' : '; nothing in this cluster enforces it'}.`,
        on: `networkpolicy ${service.metadata.namespace}/${name}`,
        proof: egress.policies.map((p) => p.proof),
        why: 'a policy with egress rules admits only what they name; by address the Service is reached, by name it is not',
        fix: [
          `kubectl -n ${service.metadata.namespace} patch networkpolicy ${name} --type=json -p '[{"op":"add","path":"/spec/egress/-","value":{"ports":[{"port":53,"protocol":"UDP"},{"port":53,"protocol":"TCP"}]}}]'`,
        ],
        explains: enforcer.enforces
          ? blameSome(
              cells,
              (c) =>
                c.from.kind !== 'host' &&
                (c.to.port === 53 || c.to.ip === undefined || !['cluster-ip', 'endpoint'].includes(c.to.kind)) &&
                c.attempts.some((a) => a.outcome === 'timeout' || a.outcome === 'refused'),
            )
          : [],
      },
    ]
  },
})
