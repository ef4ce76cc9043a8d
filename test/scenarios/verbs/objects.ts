/** Image of servers and clients in scenarios: the tool's own default client image. */
export const AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.57'

type Container = Record<string, unknown>

/** A container that serves HTTP on 8080 under the port name `http`. */
export const server: Container = {
  name: 'web',
  image: AGNHOST,
  args: ['netexec', '--http-port=8080'],
  ports: [{ containerPort: 8080, name: 'http' }],
}

/** The same with a readiness probe every two seconds. */
export const probedServer: Container = {
  ...server,
  readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 2 },
}

/** A container that runs a shell line instead of the server. */
export function shellServer(line: string, more: Container = {}): Container {
  const { args: _, ...rest } = server
  return { ...rest, command: ['sh', '-c', line], ...more }
}

/** Two pods, one on each worker, under the label `app=<name>`. */
export function deployment(name: string, container: Container, pod: object = {}, replicas = 2): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { ...spread(name), containers: [container], ...pod } },
    },
  }
}

/** A pod of its own under the label `app=<app>`, on a node where one is named. */
export function barePod(name: string, app: string, container: Container, pod: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app } },
    spec: { terminationGracePeriodSeconds: 1, containers: [container], ...pod },
  }
}

/** A NodePort Service in front of `app=<name>`; `spec` replaces what it names. */
export function service(name: string, spec: object): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec }
}

/** What every scenario finds: Service `web` (NodePort 30080) with one pod on each worker, and a client pod on each node. */
export function baseObjects(): object[] {
  return [
    deployment('web', probedServer),
    service('web', webSpec),
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'client', namespace: 'default' },
      spec: {
        selector: { matchLabels: { app: 'client' } },
        updateStrategy: { rollingUpdate: { maxUnavailable: 3 } },
        template: {
          metadata: { labels: { app: 'client' } },
          spec: {
            terminationGracePeriodSeconds: 1,
            tolerations: [{ operator: 'Exists' }],
            containers: [{ name: 'client', image: AGNHOST, args: ['pause'] }],
          },
        },
      },
    },
  ]
}

export const webSpec = {
  type: 'NodePort',
  selector: { app: 'web' },
  ports: [{ name: 'http', port: 80, targetPort: 'http', nodePort: 30080 }],
}

function spread(app: string): object {
  return {
    terminationGracePeriodSeconds: 1,
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'DoNotSchedule',
        nodeTaintsPolicy: 'Honor',
        matchLabelKeys: ['pod-template-hash'],
        labelSelector: { matchLabels: { app } },
      },
    ],
  }
}
