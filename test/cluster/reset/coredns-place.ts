import { waitForHealth } from '../health.ts'
import type { Lab } from '../lab.ts'

const PODS = ['-n', 'kube-system', '-l', 'k8s-app=kube-dns']
const HEALTH_TIMEOUT = 60_000

/** The nodes that CoreDNS runs on, one for each pod, sorted. */
export async function nodesOfCoreDns(lab: Lab): Promise<string[]> {
  const path = '{range .items[*]}{.spec.nodeName}{"\\n"}{end}'
  const result = await lab.kubectl(['get', 'pods', ...PODS, '-o', `jsonpath=${path}`], { timeout: 10_000 })
  return result.stdout.split('\n').filter(Boolean).sort()
}

/**
 * Brings CoreDNS back to the nodes it ran on, since which node's fault hits DNS depends on it: the others take no pods
 * while it is made anew. Returns whether it had to move.
 */
export async function placeCoreDns(lab: Lab, wanted: readonly string[]): Promise<boolean> {
  const current = await nodesOfCoreDns(lab)
  if (current.join() === [...wanted].sort().join()) return false
  const others = lab.nodes.filter((node) => !wanted.includes(node))
  if (others.length > 0) await lab.kubectl(['cordon', ...others])
  try {
    await lab.kubectl(['delete', 'pod', ...PODS, '--grace-period=1'], { timeout: 30_000 })
    await waitForHealth(lab, HEALTH_TIMEOUT)
  } finally {
    if (others.length > 0) await lab.kubectl(['uncordon', ...others])
  }
  return true
}
