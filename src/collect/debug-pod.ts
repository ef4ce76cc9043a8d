import { createHash } from 'node:crypto'

export const managedBy = 'kubectl-svc-debug'
export const managedByLabel = 'app.kubernetes.io/managed-by'
export const runLabel = 'svc-debug/run'
export const expiryAnnotation = 'svc-debug/expires'

/** `client`: pod network, passes Pod Security `restricted`. `node`: host network with NET_ADMIN and NET_RAW, needs `privileged`. */
export type PodKind = 'client' | 'node'

export interface PodOrder {
  kind: PodKind
  namespace: string
  node: string
  image: string
  pullSecret?: string
  /** Identifies the run; a label on every pod. */
  run: string
  /** Tells pods of one run apart. */
  serial: number
  command: string[]
  /** `namespace/name` of the Service. */
  service: string
  creator: string
  /** Milliseconds since the epoch. */
  now: number
  /** Seconds after which the kubelet ends the pod. */
  lifetime: number
  /** OpenShift assigns user ids itself and refuses any other. */
  assignedUser?: boolean
}

export const nodeCapabilities = ['NET_ADMIN', 'NET_RAW']

export interface PodManifest {
  apiVersion: 'v1'
  kind: 'Pod'
  metadata: { name: string; namespace: string; labels: Record<string, string>; annotations: Record<string, string> }
  spec: Record<string, unknown>
}

/** The full Pod manifest: short-lived, tolerating every taint, placed by name, and matching no selector but our own. */
export function debugPod(order: PodOrder): PodManifest {
  const node = order.kind === 'node'
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName(order),
      namespace: order.namespace,
      labels: {
        [managedByLabel]: managedBy,
        [runLabel]: order.run,
        'sidecar.istio.io/inject': 'false',
      },
      annotations: {
        'svc-debug/service': order.service,
        'svc-debug/node': order.node,
        'svc-debug/creator': order.creator,
        [expiryAnnotation]: new Date(order.now + order.lifetime * 1000).toISOString(),
        'sidecar.istio.io/inject': 'false',
        'linkerd.io/inject': 'disabled',
        'kuma.io/sidecar-injection': 'disabled',
      },
    },
    spec: {
      // By name and not by affinity: works without a scheduler and on a cordoned node.
      nodeName: order.node,
      tolerations: [{ operator: 'Exists' }],
      os: { name: 'linux' },
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      activeDeadlineSeconds: order.lifetime,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(order.pullSecret ? { imagePullSecrets: [{ name: order.pullSecret }] } : {}),
      // Default: the node's own resolver, which is what a host process uses.
      ...(node ? { hostNetwork: true, dnsPolicy: 'Default' } : { dnsPolicy: 'ClusterFirst' }),
      securityContext: node
        ? {}
        : {
            runAsNonRoot: true,
            ...(order.assignedUser ? {} : { runAsUser: 65532 }),
            seccompProfile: { type: 'RuntimeDefault' },
          },
      containers: [container(order, 'probe', order.command)],
      volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '256Mi' } }],
    },
  }
}

/** One container as the kind of pod allows it. */
export function container(order: PodOrder, name: string, command: string[]): Record<string, unknown> {
  const node = order.kind === 'node'
  return {
    name,
    image: order.image,
    imagePullPolicy: 'IfNotPresent',
    command,
    resources: {
      requests: { cpu: '10m', memory: '32Mi' },
      limits: { cpu: '1', memory: node ? '512Mi' : '256Mi' },
    },
    securityContext: node
      ? {
          runAsUser: 0,
          privileged: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'], add: nodeCapabilities },
        }
      : {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  }
}

/** At most 63 characters: the name is also the pod's host name. The node may be longer, so a hash stands for it where needed. */
function podName(order: PodOrder): string {
  const plain = order.node.replace(/[^a-z0-9-]/g, '-')
  const node = plain.length <= 30 ? plain : createHash('sha256').update(order.node).digest('hex').slice(0, 10)
  return `svc-debug-${order.kind}-${node}-${order.run}-${order.serial}`.replace(/-+/g, '-')
}
