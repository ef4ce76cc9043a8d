import type { Lab } from '../lab.ts'

export type Agent = 'kube-proxy' | 'flannel' | 'coredns' | 'network-policies'

const PODS: Record<Agent, string[]> = {
  'kube-proxy': ['-n', 'kube-system', '-l', 'k8s-app=kube-proxy'],
  flannel: ['-n', 'kube-flannel', '-l', 'app=flannel'],
  'network-policies': ['-n', 'kube-system', '-l', 'k8s-app=kube-network-policies'],
  coredns: ['-n', 'kube-system', '-l', 'k8s-app=kube-dns'],
}

/**
 * Makes the pods of system agents anew. Each entry is `AGENT NODE`, or `AGENT *` for every node. Returns when the old
 * pods are gone; whether the new ones get ready is seen by the health check.
 */
export async function restartAgents(lab: Lab, entries: ReadonlySet<string>): Promise<void> {
  const restarts = [...entries].filter((entry) => entry.endsWith(' *') || !entries.has(`${entry.split(' ')[0]} *`))
  await Promise.all(
    restarts.map(async (entry) => {
      const [agent, node] = entry.split(' ') as [Agent, string]
      const where = node === '*' ? [] : ['--field-selector', `spec.nodeName=${node}`]
      const args = ['delete', 'pod', ...PODS[agent], ...where, '--grace-period=1', '--wait=true']
      await lab.kubectl(args, { timeout: 30_000 })
    }),
  )
}

type PodList = {
  items: {
    metadata: { namespace: string; name: string; ownerReferences?: { kind: string }[] }
    status: { containerStatuses?: { ready: boolean; restartCount: number }[] }
  }[]
}

/** Makes system pods anew that keep failing; by themselves they would wait minutes before the next try. */
export async function restartFailing(lab: Lab): Promise<void> {
  const result = await lab.kubectl(['get', 'pods', '-A', '-o', 'json'], { timeout: 20_000 })
  if (result.exitCode !== 0) return
  const failing = (JSON.parse(result.stdout) as PodList).items.filter(
    ({ metadata, status }) =>
      metadata.namespace.startsWith('kube-') &&
      !metadata.ownerReferences?.some((owner) => owner.kind === 'Node') &&
      status.containerStatuses?.some((container) => !container.ready && container.restartCount > 0),
  )
  for (const { metadata } of failing) {
    const args = ['delete', 'pod', '-n', metadata.namespace, metadata.name, '--grace-period=1']
    await lab.kubectl(args, { timeout: 30_000 })
  }
}
