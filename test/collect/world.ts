/** API objects of a small cluster, as the fake server gives them: n0 control plane, n1 and n2 workers, Service default/web on n1 and n2. */
export const node = (name: string, ip: string, more: { labels?: object; ready?: string; podCidr?: string } = {}) => ({
  metadata: {
    name,
    labels: { 'kubernetes.io/os': 'linux', ...more.labels },
    annotations: { 'flannel.alpha.coreos.com/public-ip': ip },
  },
  spec: { podCIDR: more.podCidr, podCIDRs: more.podCidr ? [more.podCidr] : [] },
  status: {
    addresses: [
      { type: 'InternalIP', address: ip },
      { type: 'Hostname', address: name },
    ],
    conditions: [{ type: 'Ready', status: more.ready ?? 'True' }],
    nodeInfo: { operatingSystem: 'linux' },
  },
})

export const service = (more: object = {}) => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    type: 'NodePort',
    clusterIP: '10.96.5.5',
    clusterIPs: ['10.96.5.5'],
    ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30080, protocol: 'TCP' }],
    selector: { app: 'web' },
    ...more,
  },
})

export const slice = (
  endpoints: [ip: string, node: string, pod: string][],
  ports = [{ name: 'http', port: 8080, protocol: 'TCP' }],
) => ({
  metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  endpoints: endpoints.map(([ip, nodeName, pod]) => ({
    addresses: [ip],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName,
    targetRef: { kind: 'Pod', name: pod, namespace: 'default' },
  })),
  ports,
})

export const pod = (
  name: string,
  nodeName: string,
  more: { labels?: object; namespace?: string; restarts?: number; ready?: boolean } = {},
) => ({
  metadata: { name, namespace: more.namespace ?? 'default', labels: more.labels ?? {} },
  spec: { nodeName, containers: [{ name: 'main' }] },
  status: {
    phase: 'Running',
    hostIP: `172.30.0.1${nodeName.slice(1)}`,
    conditions: [{ type: 'Ready', status: (more.ready ?? true) ? 'True' : 'False' }],
    containerStatuses: [{ name: 'main', ready: more.ready ?? true, restartCount: more.restarts ?? 0 }],
  },
})

const controlPlane = { 'node-role.kubernetes.io/control-plane': '' }
export const nodes = [
  node('n0', '172.30.0.10', { labels: controlPlane, podCidr: '10.244.0.0/24' }),
  node('n1', '172.30.0.11', { podCidr: '10.244.1.0/24' }),
  node('n2', '172.30.0.12', { podCidr: '10.244.2.0/24' }),
]

/** By API path without query, for the fake server. */
export const objects: Record<string, unknown> = {
  '/api/v1/namespaces/default/services/web': service(),
  '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices': {
    items: [
      slice([
        ['10.244.1.5', 'n1', 'web-a'],
        ['10.244.2.5', 'n2', 'web-b'],
      ]),
    ],
  },
  '/api/v1/nodes': { items: nodes },
  '/api/v1/namespaces/default/pods': { items: [pod('web-a', 'n1'), pod('web-b', 'n2')] },
}
