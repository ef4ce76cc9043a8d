import type { Trouble } from '../model.ts'
import { refusal } from './ask-api.ts'
import type { Cluster } from './cluster.ts'
import type { PodManifest } from './debug-pod.ts'
import type { Permission } from './session.ts'

const wanted: [verb: string, resource: string, where: 'own' | 'system' | 'all'][] = [
  ['get', 'services', 'own'],
  ['list', 'endpointslices.discovery.k8s.io', 'own'],
  ['list', 'pods', 'own'],
  ['list', 'events', 'own'],
  ['list', 'networkpolicies.networking.k8s.io', 'own'],
  ['list', 'services', 'all'],
  ['list', 'nodes', 'all'],
  ['list', 'pods', 'system'],
  ['list', 'daemonsets.apps', 'all'],
  ['get', 'configmaps', 'system'],
  ['create', 'pods', 'own'],
  ['delete', 'pods', 'own'],
  ['get', 'pods/log', 'own'],
  ['create', 'pods/exec', 'own'],
  ['create', 'pods', 'system'],
]

/** Asks the server what we may do, with one SelfSubjectAccessReview each (rules reviews can be incomplete). */
export async function permissions(cluster: Cluster, namespace: string): Promise<Permission[]> {
  const namespaces = { own: namespace, system: 'kube-system', all: undefined }
  return Promise.all(
    wanted.map(async ([verb, resource, where]) => {
      const [full = '', subresource] = resource.split('/')
      const [name, ...group] = full.split('.')
      const at = namespaces[where]
      const answer = await cluster.http({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: {
            resourceAttributes: {
              verb,
              resource: name,
              group: group.join('.'),
              ...(subresource ? { subresource } : {}),
              ...(at ? { namespace: at } : {}),
            },
          },
        },
      })
      const allowed = answer.status === 201 && JSON.parse(answer.body).status?.allowed === true
      return { verb, resource, allowed, ...(at ? { namespace: at } : {}) }
    }),
  )
}

/**
 * The first namespace that would admit a pod, found by dry run: it meets Pod Security, quota and policy webhooks, and creates nothing.
 * `make` gives the manifest for a namespace. The trouble is that of the first candidate.
 */
export async function admittingNamespace(
  cluster: Cluster,
  candidates: string[],
  make: (namespace: string) => PodManifest,
): Promise<{ namespace: string } | { trouble: Trouble }> {
  let first: Trouble | undefined
  for (const namespace of candidates) {
    const answer = await cluster.http({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
      body: make(namespace),
    })
    // A webhook that does not support dry runs says nothing about the real one.
    if (answer.status === 201 || /does not support dry run/i.test(answer.body)) return { namespace }
    const trouble = refusal(answer.status, answer.body)
    const byAuthorizer = /cannot create resource "pods"/.test(trouble.text)
    first ??= answer.status === 403 && !byAuthorizer ? { kind: 'refused', text: trouble.text } : trouble
  }
  return { trouble: first ?? { kind: 'failed', text: 'no namespace for debug pods is known' } }
}
