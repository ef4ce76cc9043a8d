/** Every kind of object that a test may create or change, as `kubectl get` takes it. */
export const KINDS = [
  'namespaces',
  'nodes',
  'pods',
  'services',
  'endpoints',
  'endpointslices',
  'configmaps',
  'secrets',
  'serviceaccounts',
  'deployments',
  'daemonsets',
  'statefulsets',
  'replicasets',
  'jobs',
  'cronjobs',
  'networkpolicies',
  'ingresses',
  'resourcequotas',
  'limitranges',
  'poddisruptionbudgets',
  'roles',
  'rolebindings',
  'clusterroles',
  'clusterrolebindings',
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'customresourcedefinitions',
  'servicecidrs',
].join(',')

export type KubeObject = {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    ownerReferences?: { kind: string }[]
    [field: string]: unknown
  }
  spec?: Record<string, unknown>
  [field: string]: unknown
}

/** Objects by `Kind namespace/name`, without what the API server or a controller adds. */
export type Inventory = Record<string, KubeObject>

const VOLATILE_METADATA = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink']
const VOLATILE_ANNOTATIONS = /^deployment\.kubernetes\.io\/|^deprecated\.daemonset|\/restartedAt$|last-applied/

/** Takes from `kubectl get -o json` what has to be the same after a reset; leaves out what controllers make (pure). */
export function inventoryOf(list: { items: KubeObject[] }): Inventory {
  const inventory: Inventory = {}
  for (const item of list.items) if (!isDerived(item)) inventory[keyOf(item)] = stripped(item)
  return inventory
}

/** `Kind namespace/name`, or `Kind name` for what has no namespace. */
export function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`
}

/** What follows from other objects, and goes or comes back by itself. */
function isDerived(item: KubeObject): boolean {
  const { kind, metadata } = item
  if (metadata.ownerReferences?.length) return true
  const labels = metadata.labels ?? {}
  if (kind === 'EndpointSlice')
    return labels['endpointslice.kubernetes.io/managed-by'] === 'endpointslice-controller.k8s.io'
  if (kind === 'Endpoints') return labels['endpoints.kubernetes.io/managed-by'] !== undefined
  if (kind === 'ConfigMap') return metadata.name === 'kube-root-ca.crt' || metadata.name === 'cluster-info'
  if (kind === 'ServiceAccount') return metadata.name === 'default'
  // Made by the API server from its own flags, and rewritten by it.
  if (kind === 'Secret') return metadata.name.startsWith('bootstrap-token-')
  return false
}

function stripped(item: KubeObject): KubeObject {
  const { status: _status, ...object } = structuredClone(item)
  for (const field of VOLATILE_METADATA) delete object.metadata[field]
  for (const name of Object.keys(object.metadata.annotations ?? {})) {
    if (VOLATILE_ANNOTATIONS.test(name)) delete object.metadata.annotations![name]
  }
  if (Object.keys(object.metadata.annotations ?? {}).length === 0) delete object.metadata.annotations
  if (object.kind === 'Node') return strippedNode(object)
  dropRestartMark(object)
  return object as KubeObject
}

/** Of a Node only what a person sets; its agents write the rest. */
function strippedNode(node: KubeObject): KubeObject {
  const { podCIDR, podCIDRs, unschedulable, taints } = node.spec ?? {}
  const lasting = ((taints as { key: string }[] | undefined) ?? []).filter(
    (taint) => !taint.key.startsWith('node.kubernetes.io/'),
  )
  const { name, labels } = node.metadata
  return {
    apiVersion: node.apiVersion,
    kind: node.kind,
    metadata: { name, labels: labels ?? {} },
    spec: { podCIDR, podCIDRs, unschedulable: unschedulable ?? false, taints: lasting },
  }
}

/** `kubectl rollout restart` leaves a mark in the template; by itself it is no change worth another rollout. */
function dropRestartMark(object: Record<string, unknown>): void {
  const spec = object['spec'] as { template?: { metadata?: { annotations?: Record<string, string> } } } | undefined
  const metadata = spec?.template?.metadata
  if (!metadata?.annotations) return
  delete metadata.annotations['kubectl.kubernetes.io/restartedAt']
  if (Object.keys(metadata.annotations).length === 0) delete metadata.annotations
}
