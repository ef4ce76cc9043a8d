import { blameAll, throughService } from '../facts/blame.ts'
import { check } from './check.ts'

const LABEL = 'service.kubernetes.io/service-proxy-name'

export default check({
  id: 'svc-service-proxy-name-label',
  title: 'The Service is left to kube-proxy',
  item: 'service',
  needs: ['service', 'endpoints', 'cells', 'evidence'],
  leadsTo: ['kp-svc-entry-missing', 'kp-stale-watch', 'kp-stopped-rules-remain'],
  applies: ({ service }) =>
    service.metadata.labels?.[LABEL] === undefined ? `the Service has no label ${LABEL}` : true,
  run({ service, cells, evidence }) {
    const { name, namespace } = service.metadata
    const explains = blameAll(cells, (cell) => throughService(cell))
    return [
      {
        says: `Service ${namespace}/${name} has the label ${LABEL}=${service.metadata.labels![LABEL]}: kube-proxy ignores it, and no other proxy serves it.`,
        on: `service ${namespace}/${name}`,
        proof: [evidence.proofAt('api/service.json', 'metadata', 'labels', LABEL)],
        why: 'no node has rules for the Service, so its addresses lead nowhere from everywhere, while its endpoints answer',
        fix: [`kubectl -n ${namespace} label service ${name} ${LABEL}-`],
        explains,
      },
    ]
  },
})
