import type { Cell } from '../model.ts'
import type { Placed } from './cluster.ts'
import type { Endpoint } from './endpoints.ts'
import type { NetworkPolicy, Service } from './kube.ts'
import { admitsAddress, clientEgress } from './policies.ts'

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

/**
 * Whether enforced policies keep the client from a node port by what they say: those that let it send to pods alone shut it off from all
 * other nodes, whose ports are translated there, behind the policy. Who may send nothing at all, or only ask DNS, has a fault of its own.
 */
export function shutByPolicy(policies: readonly Placed<NetworkPolicy>[], cell: Cell): boolean {
  const { kind, ip, port, protocol, node } = cell.to
  if (cell.from.kind !== 'client' || kind !== 'node-port' || node === cell.from.node) return false
  if (ip === undefined || port === undefined || protocol === undefined) return false
  const egress = clientEgress(policies)
  return egress?.any === true && !admitsAddress(egress, ip, port, protocol)
}
