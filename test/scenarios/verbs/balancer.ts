import { patch, patchOps } from './kubectl.ts'
import { inNetns, steps, undoInNetns } from './run.ts'
import { restoreBase, webService } from './web.ts'

/** The port on which each node says whether it has an endpoint (healthCheckNodePort). */
export const HEALTH_PORT = 31999

/** `web` behind a balancer that keeps clients' addresses: 172.30.0.200, led to n2 for clients outside. */
export const webBalanced = steps(
  webService({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: HEALTH_PORT }),
  patch('service web', { status: { loadBalancer: { ingress: [{ ip: '172.30.0.200' }] } } }, '--subresource=status'),
  inNetns('external', 'ip route add 172.30.0.200 via 172.30.0.12'),
)

/** Takes the balancer away; the API refuses to drop its fields with the type unchanged. */
export const balancerGone = steps(
  undoInNetns('external', 'ip route del 172.30.0.200'),
  patchOps('service web', [{ op: 'replace', path: '/spec/type', value: 'NodePort' }]),
  restoreBase,
)
