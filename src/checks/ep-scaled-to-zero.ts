import { blameAll, throughService } from '../facts/blame.ts'
import { matchesMap } from '../facts/labels.ts'
import { check } from './check.ts'

export default check({
  id: 'ep-scaled-to-zero',
  title: 'The workload behind the Service is meant to have pods',
  item: 'endpoints',
  needs: ['service', 'pods', 'endpoints', 'cells', 'deployments', 'evidence'],
  applies: ({ service }) =>
    service.spec.selector && Object.keys(service.spec.selector).length > 0 ? true : 'the Service has no selector',
  run({ service, pods, endpoints, cells, deployments, evidence }) {
    const selector = service.spec.selector!
    if (endpoints.some((e) => e.ready) || pods.some((p) => matchesMap(selector, p.object.metadata.labels))) return []
    return deployments
      .filter((d) => d.object.spec.replicas === 0 && matchesMap(selector, d.object.spec.template?.metadata?.labels))
      .map((d) => ({
        says: `Deployment ${d.object.metadata.namespace}/${d.object.metadata.name} behind the Service is scaled to 0, so there is nobody to answer.`,
        on: `deployment ${d.object.metadata.namespace}/${d.object.metadata.name}`,
        proof: [evidence.proofAt(d.path, 'items', d.index, 'spec', 'replicas')],
        why: 'without endpoints kube-proxy refuses every connection to the Service, from everywhere',
        fix: [`kubectl -n ${d.object.metadata.namespace} scale deployment ${d.object.metadata.name} --replicas=1`],
        explains: blameAll(cells, (cell) => throughService(cell)),
      }))
  },
})
