import type { Proof } from '../model.ts'
import type { EndpointSlice, List, Service, ServicePort } from './kube.ts'
import type { Reader } from './reader.ts'

/** One entry of one EndpointSlice. Only `address` (the first of the entry) counts for kube-proxy. */
export interface Endpoint {
  slice: string
  /** `endpointslice.kubernetes.io/managed-by`, '' where nobody claims the slice. */
  managedBy: string
  addressType: 'IPv4' | 'IPv6' | 'FQDN'
  address: string
  /** Further addresses of the entry: kube-proxy ignores them. */
  ignored: string[]
  /** nil counts as true for `ready` and `serving` (KEP-1672). */
  ready: boolean
  serving: boolean
  terminating: boolean
  node?: string
  /** `namespace/name` of the pod that targetRef names. */
  pod?: string
  ports: { name: string; port: number; protocol: string }[]
  headless: boolean
  proof: Proof
}

/** A port of the Service joined with where its traffic may go. */
export interface PortTargets {
  port: ServicePort
  /** Name as kube-proxy writes it: '' for an unnamed port. */
  name: string
  protocol: 'tcp' | 'udp' | 'sctp'
  /** All entries that carry this port (by name and protocol, as kube-proxy joins them). */
  targets: { endpoint: Endpoint; port: number }[]
  /** What kube-proxy would use: ready ones, or serving-terminating ones where none is ready. */
  usable: { endpoint: Endpoint; port: number }[]
}

/** Flattens slices into entries, keeping where each stands in the evidence. */
export function endpointsOf(r: Reader, path: string, slices: List<EndpointSlice>): Endpoint[] {
  return slices.items.flatMap((slice, s) =>
    (slice.endpoints ?? []).map((entry, e) => {
      const [address, ...ignored] = entry.addresses
      const endpoint: Endpoint = {
        slice: slice.metadata.name,
        managedBy: slice.metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '',
        addressType: slice.addressType,
        address: address ?? '',
        ignored,
        ready: entry.conditions?.ready ?? true,
        serving: entry.conditions?.serving ?? entry.conditions?.ready ?? true,
        terminating: entry.conditions?.terminating ?? false,
        ports: (slice.ports ?? []).flatMap((p) =>
          p.port === undefined
            ? []
            : [{ name: p.name ?? '', port: p.port, protocol: (p.protocol ?? 'TCP').toLowerCase() }],
        ),
        headless: 'service.kubernetes.io/headless' in (slice.metadata.labels ?? {}),
        proof: r.proofAt(path, 'items', s, 'endpoints', e, 'addresses', 0),
      }
      if (entry.nodeName !== undefined) endpoint.node = entry.nodeName
      if (entry.targetRef?.kind === 'Pod')
        endpoint.pod = `${entry.targetRef.namespace ?? slice.metadata.namespace}/${entry.targetRef.name}`
      return endpoint
    }),
  )
}

/** Joins each Service port with its endpoints, deduplicated by address as kube-proxy does. */
export function portTargets(service: Service, endpoints: Endpoint[]): PortTargets[] {
  const headless = service.spec.clusterIP === 'None'
  return (service.spec.ports ?? []).map((port) => {
    const name = port.name ?? ''
    const protocol = (port.protocol ?? 'TCP').toLowerCase() as PortTargets['protocol']
    const seen = new Set<string>()
    const targets = endpoints
      // kube-proxy leaves out slices with the headless label; of a headless Service all slices have it, and DNS leads to them
      .filter((endpoint) => (headless || !endpoint.headless) && endpoint.addressType !== 'FQDN')
      .flatMap((endpoint) =>
        endpoint.ports
          .filter((p) => p.name === name && p.protocol === protocol)
          .map((p) => ({ endpoint, port: p.port })),
      )
      .filter((t) => {
        const key = `${t.endpoint.address}:${t.port}`
        return seen.has(key) ? false : seen.add(key)
      })
    const ready = targets.filter((t) => t.endpoint.ready)
    const usable = ready.length > 0 ? ready : targets.filter((t) => t.endpoint.serving && t.endpoint.terminating)
    return { port, name, protocol, targets, usable }
  })
}
