import type { Placed } from './cluster.ts'
import type { Workload } from './kube.ts'

/** Commands that let a DaemonSet's pod run on a node again, by what keeps it away: affinity, nodeSelector, or something to look for. */
export function daemonSetFix(
  daemonset: Placed<Workload> | undefined,
  namespace: string,
  name: string,
  node: string,
): string[] {
  const spec = daemonset?.object.spec.template?.spec as
    | { affinity?: { nodeAffinity?: object }; nodeSelector?: Record<string, string> }
    | undefined
  const target = `kubectl -n ${namespace} patch daemonset ${name} --type=json`
  const excludes = JSON.stringify(spec?.affinity?.nodeAffinity ?? {}).includes(`"${node}"`)
  if (spec?.affinity?.nodeAffinity && excludes)
    return [`${target} -p '[{"op":"remove","path":"/spec/template/spec/affinity/nodeAffinity"}]'`]
  const odd = Object.entries(spec?.nodeSelector ?? {}).find(([key]) => key !== 'kubernetes.io/os')
  if (odd)
    return [
      `# the DaemonSet runs on nodes with ${odd[0]}=${odd[1]} only: give ${node} the label, or take the selector out:`,
      `kubectl label node ${node} ${odd[0]}=${odd[1]}`,
    ]
  return [
    `kubectl -n ${namespace} describe daemonset ${name}  # why it has no pod on ${node}: selector, affinity, taints`,
    `kubectl describe node ${node}`,
  ]
}
