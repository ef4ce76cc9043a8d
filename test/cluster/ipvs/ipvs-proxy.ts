import type { Lab } from '../lab.ts'

type DaemonSet = {
  apiVersion: string
  kind: string
  spec: { selector: object; template: { metadata: object; spec: PodSpec } }
}
type PodSpec = {
  nodeSelector?: Record<string, string>
  affinity?: object
  volumes?: { configMap?: { name: string } }[]
}

const NAME = 'kube-proxy-ipvs'

/**
 * The DaemonSet of a second kube-proxy that runs on one node only, made from the stock one (pure).
 */
export function ipvsDaemonSet(stock: DaemonSet, node: string): object {
  const labels = { 'k8s-app': NAME }
  const { affinity: _affinity, ...pod } = structuredClone(stock.spec.template.spec)
  for (const volume of pod.volumes ?? []) if (volume.configMap) volume.configMap.name = NAME
  return {
    apiVersion: stock.apiVersion,
    kind: stock.kind,
    metadata: { name: NAME, namespace: 'kube-system', labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { ...pod, nodeSelector: { 'kubernetes.io/hostname': node } },
      },
    },
  }
}

/** The configuration of that kube-proxy, made from the stock one's (pure). */
export function ipvsConfig(stock: { data: Record<string, string> }): object {
  const config = stock.data['config.conf']!.replace(/^mode: .*$/m, 'mode: ipvs')
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: NAME, namespace: 'kube-system' },
    data: { ...stock.data, 'config.conf': config },
  }
}

/** Keeps the stock kube-proxy off a node and gives it one in IPVS mode; to be done before the node joins. */
export async function addIpvsProxy(lab: Lab, node: string): Promise<void> {
  const read = async (kind: string): Promise<string> => {
    const result = await lab.kubectl(['get', kind, 'kube-proxy', '-n', 'kube-system', '-o', 'json'])
    if (result.exitCode !== 0) throw new Error(`Reading the stock ${kind} of kube-proxy: ${result.stderr.trim()}`)
    return result.stdout
  }
  const daemonSet = ipvsDaemonSet(JSON.parse(await read('daemonset')), node)
  const config = ipvsConfig(JSON.parse(await read('configmap')))
  const expression = { key: 'kubernetes.io/hostname', operator: 'NotIn', values: [node] }
  const required = { nodeSelectorTerms: [{ matchExpressions: [expression] }] }
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } }
  // OnDelete keeps the running pods, which the new affinity does not concern, from being rolled.
  const spec = { updateStrategy: { type: 'OnDelete' }, template: { spec: { affinity } } }
  const patch = ['patch', 'daemonset', 'kube-proxy', '-n', 'kube-system', '-p', JSON.stringify({ spec })]
  const patched = await lab.kubectl(patch)
  if (patched.exitCode !== 0) throw new Error(`Keeping the stock kube-proxy off ${node}: ${patched.stderr.trim()}`)
  const input = [config, daemonSet].map((object) => JSON.stringify(object)).join('\n')
  const applied = await lab.kubectl(['apply', '-f', '-'], { input })
  if (applied.exitCode !== 0) throw new Error(`Adding kube-proxy in IPVS mode: ${applied.stderr.trim()}`)
}
