import { stringify } from 'yaml'
import { type LabOptions, nodePodCidrs } from '../lab-plan.ts'

/**
 * The Node object of a worker that has yet to join, so that nX always gets the pod network 10.244.X.0/24, whichever
 * joins first. It takes no pods yet; its kubelet fills in the rest.
 */
export function nodeManifest(node: string, options: LabOptions): string {
  const podCIDRs = nodePodCidrs(node, options)
  return stringify({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node },
    spec: { podCIDR: podCIDRs[0], podCIDRs, unschedulable: true },
  })
}
