import type { Cell } from '../model.ts'
import type { Endpoint } from './endpoints.ts'
import type { Service } from './kube.ts'

/**
 * Whether a node port is silent as it should be: with externalTrafficPolicy Local a node without an endpoint of its own drops what comes
 * in, and a load balancer that has taken the Service on asks each node (healthCheckNodePort) and leaves such nodes out.
 */
export function silentByDesign(service: Service, endpoints: readonly Endpoint[], cell: Cell): boolean {
  if (service.spec.externalTrafficPolicy !== 'Local' || !service.spec.healthCheckNodePort) return false
  if ((service.status?.loadBalancer?.ingress ?? []).length === 0) return false
  if (cell.to.kind !== 'node-port' || cell.to.variant !== undefined) return false
  return !endpoints.some((e) => e.node === cell.to.node && (e.ready || (e.serving && e.terminating)))
}
