import type { Lab } from '../lab.ts'

export type Agent = 'kube-proxy' | 'flannel' | 'coredns'

const PODS: Record<Agent, string[]> = {
  'kube-proxy': ['-n', 'kube-system', '-l', 'k8s-app=kube-proxy'],
  flannel: ['-n', 'kube-flannel', '-l', 'app=flannel'],
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
