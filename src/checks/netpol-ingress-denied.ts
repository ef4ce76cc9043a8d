import { blameSome, throughService } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { type Denial, ingressDenials } from '../facts/policies.ts'
import { check } from './check.ts'

export default check({
  id: 'netpol-ingress-denied',
  title: 'No NetworkPolicy shuts the clients out of the endpoints',
  item: 'policy',
  needs: ['service', 'policies', 'pods', 'endpoints', 'ports', 'cells', 'enforcer'],
  leadsTo: ['ep-readiness-failing'],
  applies: ({ policies }) => (policies.length > 0 ? true : 'there is no NetworkPolicy in the namespace'),
  run({ service, policies, pods, endpoints, ports, cells, enforcer }) {
    const denials = ingressDenials(policies, pods, endpoints, ports)
    if (denials.length === 0) return []
    const shut = new Map(denials.map((d) => [d.address, d]))
    // hosts of the endpoint's own node are let in by every implementation (kubelet probes)
    const direct = blameSome(
      cells,
      (cell) =>
        cell.to.kind === 'endpoint' &&
        shut.has(cell.to.ip ?? '') &&
        cell.from.kind === 'client' &&
        cell.attempts.some((a) => ['timeout', 'refused', 'no-route'].includes(a.outcome)),
    )
    const passed = cells.some(
      (cell) =>
        cell.to.kind === 'endpoint' &&
        shut.has(cell.to.ip ?? '') &&
        cell.from.kind === 'client' &&
        failed(cell) === 'none',
    )
    const remark = !enforcer.enforces || passed || direct.length === 0
    const d: Denial = denials[0]!
    return [
      {
        says: remark
          ? `NetworkPolicy ${d.policies.join(', ')} would deny the probes to ${d.pod}, but ${enforcer.enforces ? 'they came through' : 'nothing in this cluster enforces policies'}.`
          : `NetworkPolicy ${d.policies.join(', ')} in namespace ${service.metadata.namespace} denies pods without the allowed labels access to the endpoints (${denials.map((x) => x.pod).join(', ')}).`,
        on: `networkpolicy ${service.metadata.namespace}/${d.policies[0]}`,
        proof: [d.proof, ...(remark ? [] : [endpoints.find((e) => e.address === d.address)!.proof])],
        why: 'the policy selects the endpoints for ingress and no rule admits the client, so the enforcer drops its connections; the host of the endpoint is exempt',
        fix: [
          `kubectl -n ${service.metadata.namespace} describe networkpolicy ${d.policies[0]}`,
          '# add a rule that admits the clients (podSelector, namespaceSelector) on the target port, or delete the policy:',
          `kubectl -n ${service.metadata.namespace} delete networkpolicy ${d.policies[0]}`,
        ],
        ...(remark
          ? {}
          : {
              near: 'the probing pod has the labels of svc-debug only; a client with the admitted labels may be let in',
            }),
        explains: remark
          ? []
          : blameSome(
              cells,
              (cell) =>
                direct.includes(cell.id) ||
                (throughService(cell) && cell.attempts.some((a) => a.outcome === 'timeout' || a.outcome === 'late')),
            ),
      },
    ]
  },
})
