import { blameSome } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'lb-pending',
  title: 'The load balancer has given the Service an address',
  item: 'load-balancer',
  needs: ['service', 'cells', 'events', 'evidence'],
  applies: ({ service }) => (service.spec.type === 'LoadBalancer' ? true : 'not a LoadBalancer Service'),
  run({ service, cells, events, evidence }) {
    if ((service.status?.loadBalancer?.ingress ?? []).length > 0) return []
    const { name, namespace } = service.metadata
    const event = events
      .filter((e) => e.object.involvedObject?.name === name && /LoadBalancer/.test(e.object.reason ?? ''))
      .at(-1)
    const byClass = service.spec.loadBalancerClass
    return [
      {
        says: `Service ${namespace}/${name} is of type LoadBalancer, but no load balancer has given it an address${event ? `: ${event.object.message}` : byClass ? ` (loadBalancerClass ${byClass})` : ': no controller in this cluster does that'}.`,
        on: `service ${namespace}/${name}`,
        proof: [
          evidence.proofAt('api/service.json', 'status', 'loadBalancer'),
          ...(event ? [evidence.proofAt(event.path, 'items', event.index, 'message')] : []),
        ],
        why: 'EXTERNAL-IP stays <pending>, so there is no address to reach it by from outside; its cluster IP and node ports work',
        fix: [
          "# install a load balancer implementation (the cloud's controller manager, MetalLB, kube-vip), or use the node port:",
          `kubectl -n ${namespace} get service ${name} -o wide`,
        ],
        explains: blameSome(cells, (cell) => cell.to.kind === 'load-balancer' && cell.to.ip === undefined),
      },
    ]
  },
})
