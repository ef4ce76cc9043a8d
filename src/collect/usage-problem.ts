import type { Pod, ResourceQuota, Service } from '../facts/kube.ts'
import { nearest } from '../facts/labels.ts'
import { type Bundle, UserError } from '../model.ts'
import { noKubeconfig } from './errors.ts'
import { knownItems } from './plan/known.ts'
import { clientPod } from './plan/stage.ts'

/**
 * What the user has to correct before anything can be diagnosed: no such Service (with near names), no right to read it, no such
 * client pod. `unconfigured`: no kubeconfig was found.
 */
export function usageProblem(bundle: Bundle, unconfigured: boolean): UserError | undefined {
  const { namespace, service, client } = bundle.target
  const trouble = bundle.evidence.get('api/service.json')?.trouble
  if (trouble?.kind === 'not-found') {
    return new UserError(`Error from server (NotFound): ${trouble.text}`, nearService(bundle))
  }
  if (trouble?.kind === 'forbidden') {
    const loggedOut = /unauthorized/i.test(trouble.text)
    return new UserError(
      loggedOut
        ? 'error: You must be logged in to the server (Unauthorized)'
        : `Error from server (Forbidden): ${trouble.text}`,
      loggedOut
        ? 'Check the credentials of the current context with: kubectl auth whoami'
        : `Ask for the right to read Services there: kubectl auth can-i get services/${service} -n ${namespace}`,
    )
  }
  if (trouble) {
    const text = /^(Unable to|The connection)/.test(trouble.text) ? trouble.text : `Error from server: ${trouble.text}`
    const next = 'Check the server address of the current context with: kubectl cluster-info'
    return new UserError(text, unconfigured ? noKubeconfig : next)
  }
  if (client === undefined || bundle.evidence.get('api/pods.json')?.trouble || clientPod(bundle)) return undefined
  const names = knownItems<Pod>(bundle, 'api/pods.json').map((pod) => pod.metadata.name)
  const name = client.replace(/^pods?\//, '')
  const near = nearest(name, names)[0]
  return new UserError(
    `pods "${name}" not found in namespace ${namespace}`,
    near ? `Did you mean --client pod/${near}?` : 'Name a running pod of the same namespace with --client pod/NAME.',
  )
}

function nearService(bundle: Bundle): string {
  const { namespace, service } = bundle.target
  const all = knownItems<Service>(bundle, 'api/all-services.json')
  const elsewhere = all.filter(({ metadata }) => metadata.name === service).map(({ metadata }) => metadata.namespace)
  if (elsewhere.length > 0)
    return `A Service of that name is in namespace ${elsewhere.join(', ')}: add -n ${elsewhere[0]}`
  const here = knownItems<Service>(bundle, 'api/services.json').map(({ metadata }) => metadata.name)
  const near = nearest(service, here)[0]
  if (near) return `Did you mean ${near}? Services in namespace ${namespace}: ${listed(here)}`
  const full = fullQuota(bundle)
  if (full) return full
  return here.length > 0
    ? `Services in namespace ${namespace}: ${listed(here)}`
    : `There is no Service in namespace ${namespace}; list all with: kubectl get services -A`
}

/** A quota of the namespace by which nobody can make the Service. */
function fullQuota(bundle: Bundle): string | undefined {
  const { namespace } = bundle.target
  for (const { metadata, status } of knownItems<ResourceQuota>(bundle, 'api/resourcequotas.json'))
    for (const resource of ['services', 'count/services']) {
      const [hard, used] = [status?.hard?.[resource], status?.used?.[resource]]
      if (hard !== undefined && Number(used ?? 0) >= Number(hard))
        return `Nobody can make it: ResourceQuota ${metadata.name} allows namespace ${namespace} ${hard} Services and it has ${used ?? 0}. See: kubectl -n ${namespace} describe quota ${metadata.name}`
    }
  return undefined
}

function listed(names: string[]): string {
  return names.slice(0, 10).join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '')
}
