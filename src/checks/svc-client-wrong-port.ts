import { blameSome } from '../facts/blame.ts'
import type { PortTargets } from '../facts/endpoints.ts'
import type { Service } from '../facts/kube.ts'
import { dialledBy } from '../facts/own-client.ts'
import { type CheckFault, check } from './check.ts'

export default check({
  id: 'svc-client-wrong-port',
  title: 'The port that clients dial is one of the Service',
  item: 'service',
  needs: ['ownClient', 'service', 'ports', 'cells', 'evidence'],
  applies: ({ ownClient, evidence }) =>
    ownClient || evidence.bundle.target.port !== undefined
      ? true
      : 'neither a port (SERVICE:PORT) nor a client pod (--client pod/NAME) was named',
  run({ ownClient, service, ports: targets, cells, evidence }): CheckFault[] {
    const { name, namespace } = service.metadata
    const has = service.spec.ports ?? []
    const addresses = service.spec.clusterIPs ?? []
    const missing = (port: number) => !has.some((own) => own.port === port)
    const common = (port: number) => ({
      near: nearPort(targets, port),
      why: 'kube-proxy translates the ports of the Service and no other; who dials one of those gets through',
    })
    const ports = has.length > 0 ? evidence.proofAt('api/service.json', 'spec', 'ports') : undefined
    const asked = evidence.bundle.target.port
    const byUser =
      asked === undefined || !missing(asked)
        ? []
        : [
            {
              ...common(asked),
              says: `Service ${namespace}/${name} has no port ${asked}: ${listed(service)}.`,
              on: `service ${namespace}/${name}`,
              proof: ports ? [ports] : [],
              fix: [`# let the client dial ${advice(service, targets, asked)}`],
              explains: blameSome(
                cells,
                ({ to, from }) => to.variant === 'dialled' && to.port === asked && from.kind !== 'endpoint',
              ),
            },
          ]
    if (!ownClient) return byUser
    const pod = `${ownClient.object.metadata.namespace}/${ownClient.object.metadata.name}`
    const { path, named, dialling } = dialledBy(evidence, pod)
    const tried = cells.filter(
      ({ to, from }) =>
        to.variant === 'dialled' &&
        addresses.includes(to.ip ?? '') &&
        missing(to.port!) &&
        from.kind === 'endpoint' &&
        from.pod === pod,
    )
    return [
      ...byUser,
      ...[...new Set(tried.map(({ to }) => to.port!))].map((port) => {
        const variable = named.find((n) => n.port === port && !addresses.includes(n.host))
        const seen = dialling.find((d) => d.port === port && addresses.includes(d.ip))
        const where = variable ? ` (${variable.variable})` : ''
        return {
          ...common(port),
          says: `Pod ${pod} dials port ${port} of Service ${name}${where}, which has no such port: ${listed(service)}.`,
          on: `pod ${pod}`,
          proof: [
            ...[variable, seen].flatMap((line) => (line ? [evidence.proofLine(path, line.line)] : [])),
            ...(ports ? [ports] : []),
          ],
          fix: [
            variable
              ? `# write ${advice(service, targets, port)} into ${variable.variable} of the template of pod ${pod}, and recreate it`
              : `# let the program in pod ${pod} dial ${advice(service, targets, port)}`,
          ],
          ...(seen ? {} : { unsure: `no program of the pod was seen dialling it just now` }),
          explains: blameSome(tried, ({ to }) => to.port === port),
        }
      }),
    ]
  },
})

/** `80 (http), 443`: the ports that there are. */
function listed(service: Service): string {
  const all = (service.spec.ports ?? []).map(({ port, name }) => (name ? `${port} (${name})` : `${port}`))
  return all.length === 0 ? 'it has no ports' : `it has ${all.join(', ')}`
}

/** The port of the Service which leads to the wrong number: on the pods, or from the nodes. */
function meantPort(ports: readonly PortTargets[], wrong: number): PortTargets | undefined {
  return (
    ports.find(({ port, targets }) => port.targetPort === wrong || targets.some((target) => target.port === wrong)) ??
    ports.find(({ port }) => port.nodePort === wrong)
  )
}

/** What the wrong number is elsewhere. */
function nearPort(ports: readonly PortTargets[], wrong: number): string {
  const meant = meantPort(ports, wrong)?.port
  if (meant?.nodePort === wrong) return `${wrong} is the node port; at its own address the Service has ${meant.port}`
  if (meant) return `${wrong} is the port of the pods (targetPort); clients of the Service dial ${meant.port}`
  return `the ports that there are: ${ports.map(({ port }) => port.port).join(', ')}`
}

/** The port to dial instead. */
function advice(service: Service, ports: readonly PortTargets[], wrong: number): string {
  const meant = meantPort(ports, wrong) ?? (ports.length === 1 ? ports[0] : undefined)
  const { name } = service.metadata
  return meant ? `${name}:${meant.port.port}` : `one of ${ports.map(({ port }) => `${name}:${port.port}`).join(', ')}`
}
