import { blameAll, throughService } from '../facts/blame.ts'
import { podReady } from '../facts/cluster.ts'
import { selectedPods } from '../facts/selected.ts'
import { check } from './check.ts'

export default check({
  id: 'ep-readiness-gate',
  title: "The pods' readiness gates are satisfied",
  item: 'endpoints',
  needs: ['service', 'pods', 'endpoints', 'cells', 'evidence'],
  run({ service, pods, endpoints, cells, evidence }) {
    if (endpoints.some((e) => e.ready)) return []
    return selectedPods(service, pods).flatMap((p) => {
      const conditions = p.object.status?.conditions ?? []
      const gates = (p.object.spec.readinessGates ?? []).filter(
        (g) => !conditions.some((c) => c.type === g.conditionType && c.status === 'True'),
      )
      if (
        podReady(p.object) ||
        gates.length === 0 ||
        !conditions.some((c) => c.type === 'ContainersReady' && c.status === 'True')
      )
        return []
      const gate = gates[0]!.conditionType
      const name = `${p.object.metadata.namespace}/${p.object.metadata.name}`
      return [
        {
          says: `Pod ${name} is not ready although its containers are: the readiness gate "${gate}" is not satisfied.`,
          on: `pod ${name}`,
          proof: [
            evidence.proofAt(p.path, 'items', p.index, 'spec', 'readinessGates', 0, 'conditionType'),
            evidence.proofAt(
              p.path,
              'items',
              p.index,
              'status',
              'conditions',
              conditions.findIndex((c) => c.type === 'Ready'),
              'type',
            ),
          ],
          why: 'a pod with an open gate is no ready endpoint; without one kube-proxy refuses every connection',
          fix: [
            `# find out why the controller that owns "${gate}" does not set it (its log); for a load balancer controller: target registration and health`,
          ],
          explains: blameAll(cells, (cell) => throughService(cell)),
        },
      ]
    })
  },
})
