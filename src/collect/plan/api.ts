import type { Pod, Workload } from '../../facts/kube.ts'
import { configMapsOf } from '../../facts/proxy-modes.ts'
import type { Bundle, Question, Target } from '../../model.ts'
import { knownItems } from './known.ts'

const core = '/api/v1'
const ofService = (name: string) => `labelSelector=${encodeURIComponent(`kubernetes.io/service-name=${name}`)}`
const slices = (namespace: string) => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`

/** Everything asked of the API server before anything else is known; each answer may be forbidden. */
export function apiQuestions({ namespace, service }: Target): Question[] {
  const own = `${core}/namespaces/${namespace}`
  const system = `${core}/namespaces/kube-system`
  const paths: [string, string][] = [
    ['service', `${own}/services/${service}`],
    ['endpointslices', `${slices(namespace)}?${ofService(service)}`],
    ['nodes', `${core}/nodes`],
    ['pods', `${own}/pods`],
    ['services', `${own}/services`],
    ['namespace-endpointslices', slices(namespace)],
    ['all-services', `${core}/services`],
    ['events', `${own}/events`],
    ['version', '/version'],
    ['namespace', own],
    ['networkpolicies', `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`],
    ['deployments', `/apis/apps/v1/namespaces/${namespace}/deployments`],
    ['servicecidrs', '/apis/networking.k8s.io/v1/servicecidrs'],
    ['dns/service', `${system}/services/kube-dns`],
    ['dns/endpointslices', `${slices('kube-system')}?${ofService('kube-dns')}`],
    ['api-server/endpointslices', `${slices('default')}?${ofService('kubernetes')}`],
    ['kube-system/pods', `${system}/pods`],
    ['kube-system/daemonsets', '/apis/apps/v1/namespaces/kube-system/daemonsets'],
    ['kube-system/deployments', '/apis/apps/v1/namespaces/kube-system/deployments'],
    ['kube-system/leases', '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'],
    ['kube-system/coredns', `${system}/configmaps/coredns`],
    ['kube-system/kube-proxy', `${system}/configmaps/kube-proxy`],
    ['cni/daemonsets', '/apis/apps/v1/daemonsets'],
  ]
  return paths.map(([name, get]) => ({ path: `api/${name}.json`, reach: 'api', get }))
}

/** DaemonSets that are CNI agents, by name: flannel, Calico, Cilium, Canal, Weave, kube-router, Antrea, OVN, AWS, Azure. */
const cniAgent =
  /^(kube-flannel|canal|calico-node|cilium|weave-net|kube-router|antrea-agent|ovnkube-node|kube-ovn-cni|aws-node|azure-cni|azure-npm)/

/** Of each node's agents, once their pods are known: the CNI agents' state, and configurations of kube-proxy beside `kube-proxy`. */
export function agentQuestions(bundle: Bundle): Question[] {
  const namespaces = cniNamespaces(bundle).filter((namespace) => namespace !== 'kube-system')
  const proxies = knownItems<Pod>(bundle, 'api/kube-system/pods.json').filter(isKubeProxy)
  const configs = new Set(proxies.flatMap(configMapsOf))
  const asked = [...configs].filter((name) => name.startsWith('kube-proxy') && name !== 'kube-proxy')
  const ofProxy = asked.map((name): Question => {
    return {
      path: `api/kube-system/${name}.json`,
      reach: 'api',
      get: `${core}/namespaces/kube-system/configmaps/${name}`,
    }
  })
  const ofCni = namespaces.flatMap((namespace): Question[] => [
    { path: `api/cni/${namespace}/pods.json`, reach: 'api', get: `${core}/namespaces/${namespace}/pods` },
    { path: `api/cni/${namespace}/configmaps.json`, reach: 'api', get: `${core}/namespaces/${namespace}/configmaps` },
  ])
  return [...ofProxy, ...ofCni]
}

function isKubeProxy({ metadata }: Pod): boolean {
  return /^kube-proxy/.test(metadata.labels?.['k8s-app'] ?? '')
}

function cniNamespaces(bundle: Bundle): string[] {
  const sets = knownItems<Workload>(bundle, 'api/cni/daemonsets.json').filter((set) => cniAgent.test(set.metadata.name))
  return [...new Set(sets.map((set) => set.metadata.namespace ?? ''))].filter((namespace) => namespace !== '')
}

/** Pods that carry the cluster's network: CoreDNS, kube-proxy, CNI agents. */
export function networkPods(bundle: Bundle): Pod[] {
  const system = knownItems<Pod>(bundle, 'api/kube-system/pods.json').filter(
    (pod) => pod.metadata.labels?.['k8s-app'] === 'kube-dns' || isKubeProxy(pod) || cniAgent.test(pod.metadata.name),
  )
  const cni = cniNamespaces(bundle).flatMap((namespace) => knownItems<Pod>(bundle, `api/cni/${namespace}/pods.json`))
  return [...system, ...cni]
}
