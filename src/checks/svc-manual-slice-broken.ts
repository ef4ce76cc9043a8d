import { blameSome, throughService } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import type { Placed } from '../facts/cluster.ts'
import type { Endpoint } from '../facts/endpoints.ts'
import type { EndpointSlice, Service } from '../facts/kube.ts'
import { nearest } from '../facts/labels.ts'
import type { Cell } from '../model.ts'
import { check } from './check.ts'

export default check({
  id: 'svc-manual-slice-broken',
  title: 'The hand-made EndpointSlices fit the Service',
  item: 'endpoints',
  needs: ['service', 'endpoints', 'ports', 'namespaceSlices', 'allServices', 'cells', 'evidence'],
  applies: ({ service }) =>
    service.spec.selector && Object.keys(service.spec.selector).length > 0
      ? 'the Service has a selector'
      : service.metadata.name === 'kubernetes' && service.metadata.namespace === 'default'
        ? 'the API servers keep these endpoints themselves'
        : service.spec.type === 'ExternalName'
          ? 'an ExternalName Service has no endpoints'
          : true,
  run({ service, endpoints, ports, namespaceSlices, allServices, cells, evidence }) {
    const { name, namespace } = service.metadata
    const slices = namespaceSlices.filter((s) => s.object.metadata.labels?.['kubernetes.io/service-name'] === name)
    const fault = (
      says: string,
      s: Placed<EndpointSlice>,
      steps: (string | number)[],
      fix: string[],
      explains: string[],
    ) => ({
      says,
      on: `endpointslice ${namespace}/${s.object.metadata.name}`,
      proof: [evidence.proofAt(s.path, 'items', s.index, ...steps)],
      why: 'kube-proxy joins slices with the Service by label, IP family, port name and protocol; what does not fit exactly is not used',
      fix,
      explains,
    })
    const everything = blameSome(cells, (cell) => throughService(cell))
    if (slices.length === 0) {
      const near = namespaceSlices.find((s) => looksMeant(s.object, service, allServices))
      if (near)
        return [
          {
            ...fault(
              `Service ${namespace}/${name} has no selector, and EndpointSlice ${near.object.metadata.name}, which looks meant for it, ${near.object.metadata.labels?.['kubernetes.io/service-name'] ? `says kubernetes.io/service-name=${near.object.metadata.labels['kubernetes.io/service-name']}, which is no Service` : `lacks the label kubernetes.io/service-name=${name}`}.`,
              near,
              ['metadata', 'name'],
              [
                `kubectl -n ${namespace} label endpointslice ${near.object.metadata.name} kubernetes.io/service-name=${name} --overwrite`,
              ],
              everything,
            ),
            near: `EndpointSlice ${near.object.metadata.name}`,
          },
        ]
      return [
        {
          says: `Service ${namespace}/${name} has no selector and no EndpointSlice: nobody says where its traffic goes.`,
          on: `service ${namespace}/${name}`,
          proof: [evidence.proofAt('api/service.json', 'spec')],
          why: 'a Service without endpoints refuses every connection, from everywhere',
          fix: [
            `# create an EndpointSlice in namespace ${namespace} with the label kubernetes.io/service-name=${name}, or give the Service a selector`,
          ],
          explains: everything,
        },
      ]
    }
    const faults = slices.flatMap((s) => {
      const slice = s.object
      const label = `endpointslice ${slice.metadata.name}`
      if ('service.kubernetes.io/headless' in (slice.metadata.labels ?? {}))
        return [
          fault(
            `EndpointSlice ${slice.metadata.name} carries the label service.kubernetes.io/headless, so kube-proxy ignores it.`,
            s,
            ['metadata', 'labels', 'service.kubernetes.io/headless'],
            [`kubectl -n ${namespace} label ${label} service.kubernetes.io/headless-`],
            everything,
          ),
        ]
      const families = service.spec.ipFamilies ?? ['IPv4']
      if (!families.includes(slice.addressType))
        return [
          fault(
            `EndpointSlice ${slice.metadata.name} is of type ${slice.addressType}, the Service is ${families.join(' and ')}.`,
            s,
            ['addressType'],
            [`# recreate the slice with addressType ${families[0]}`],
            everything,
          ),
        ]
      for (const port of ports) {
        if (port.targets.length > 0) continue
        const sameName = (slice.ports ?? []).findIndex((p) => (p.name ?? '') === port.name)
        const off = Math.max(sameName, 0)
        const has = slice.ports?.[off]
        // without endpoints there is nothing that the port could lead to
        if (!has || (slice.endpoints ?? []).length === 0) continue
        const wanted = port.name === '' ? 'no name' : `the name "${port.name}"`
        return [
          fault(
            sameName >= 0
              ? `Port "${port.name}" of EndpointSlice ${slice.metadata.name} is ${has.protocol ?? 'TCP'}, the Service's is ${port.protocol.toUpperCase()}.`
              : `No port of EndpointSlice ${slice.metadata.name} has ${wanted} as the Service's port ${port.port.port} (it has "${has.name ?? ''}").`,
            s,
            ['ports', off],
            [
              `kubectl -n ${namespace} patch ${label} --type=json -p '[{"op":"${sameName >= 0 || has.name === undefined ? 'add' : 'replace'}","path":"/ports/${off}/${sameName >= 0 ? 'protocol' : 'name'}","value":"${sameName >= 0 ? port.protocol.toUpperCase() : port.name}"}]'`,
            ],
            everything,
          ),
        ]
      }
      return []
    })
    const vips = new Map(
      allServices.flatMap((o) =>
        (o.object.spec.clusterIPs ?? []).map(
          (ip) => [ip, `${o.object.metadata.namespace}/${o.object.metadata.name}`] as const,
        ),
      ),
    )
    const bad = endpoints.flatMap((e) => {
      const direct = cells.filter((cell) => cell.to.kind === 'endpoint' && cell.to.ip === e.address)
      const vip = vips.get(e.address)
      if (vip === undefined && (direct.length === 0 || !direct.every(unanswered))) return []
      if (vip !== undefined && direct.every((cell) => failed(cell) === 'none') && everything.length === 0) return []
      return [
        {
          says:
            vip === undefined
              ? `${e.address}, which EndpointSlice ${e.slice} lists for Service ${namespace}/${name}, does not answer from anywhere.`
              : `EndpointSlice ${e.slice} lists ${e.address} as an endpoint: that is the cluster IP of Service ${vip}, which cannot be one.`,
          on: `endpointslice ${namespace}/${e.slice}`,
          proof: [e.proof, ...direct.slice(0, 2).map((cell) => cell.attempts[0]!.proof)],
          why:
            endpoints.length > 1
              ? 'the share of the connections that is sent to this address fails, the rest goes through'
              : 'it is the only endpoint, so every connection fails',
          fix: [
            `# repair what should answer at ${e.address}, or ${endpoints.length > 1 ? 'take it out of the slice:' : 'put the address of what should answer in its place'}`,
            ...(endpoints.length === 1
              ? []
              : [
                  `kubectl -n ${namespace} patch endpointslice ${e.slice} --type=json -p '[{"op":"remove","path":"/endpoints/${placeOf(slices, e)}"}]'`,
                ]),
          ],
          explains: blameSome(cells, (cell) => direct.includes(cell) || throughService(cell)),
        },
      ]
    })
    return [...faults, ...bad]
  },
})

/** Whether nobody answers: an answer that is not understood comes from somebody. */
function unanswered(cell: Cell): boolean {
  return failed(cell) === 'all' && !cell.attempts.some((a) => a.outcome === 'wrong-answer')
}

/** Index of an endpoint in its slice. */
function placeOf(slices: Placed<EndpointSlice>[], { slice, address }: Endpoint): number {
  const own = slices.find((s) => s.object.metadata.name === slice)?.object.endpoints ?? []
  return own.findIndex((entry) => entry.addresses[0] === address)
}

/** A slice that nobody owns: with the Service's name misspelt in its label, or without the label and with its name or ports. */
function looksMeant(slice: EndpointSlice, service: Service, all: readonly Placed<Service>[]): boolean {
  const { name, namespace } = service.metadata
  if (slice.metadata.ownerReferences?.length) return false
  const label = slice.metadata.labels?.['kubernetes.io/service-name']
  if (label) {
    const real = all.some(({ object: { metadata } }) => metadata.namespace === namespace && metadata.name === label)
    return !real && nearest(label, [name]).length > 0
  }
  if (slice.metadata.name.startsWith(name)) return true
  return (slice.ports ?? []).some((p) =>
    service.spec.ports?.some((s) => (s.name ?? '') === (p.name ?? '') && s.targetPort === p.port),
  )
}
