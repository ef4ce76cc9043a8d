import { blameSome } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { podReady } from '../facts/cluster.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-service-broken',
  title: 'Service kube-dns leads to the CoreDNS pods, over UDP and TCP',
  item: 'cluster-dns',
  needs: ['dns', 'cells', 'evidence', 'resolvers'],
  run({ dns, cells, evidence, resolvers }) {
    const ready = dns.pods.filter((p) => podReady(p.object))
    if (ready.length === 0) return []
    const names = cells.filter(
      (cell) => cell.to.kind === 'dns' || cell.to.kind === 'dns-server' || cell.to.kind === 'external-name',
    )
    const all = (protocol?: string) =>
      blameSome(
        names,
        (cell) =>
          cell.to.pod === undefined &&
          (protocol === undefined || cell.to.protocol === undefined || cell.to.protocol === protocol),
      )
    const fault = (says: string, steps: (string | number)[], why: string, fix: string[], explains: string[]) => ({
      says,
      on: 'service kube-system/kube-dns',
      proof: [evidence.proofAt('api/dns/service.json', ...steps), ready[0]!.proof],
      why,
      fix,
      explains,
    })
    if (!dns.service)
      return [
        {
          says: 'Service kube-system/kube-dns, whose address every pod has as its nameserver, does not exist; CoreDNS itself runs.',
          on: 'service kube-system/kube-dns',
          proof: [ready[0]!.proof],
          why: 'pods ask an address that leads nowhere; CoreDNS answers at its pod addresses',
          fix: [
            `# create Service kube-dns again with clusterIP ${resolvers[0]?.conf.nameservers[0]?.address ?? '(clusterDNS of the kubelets)'} and selector k8s-app=kube-dns`,
          ],
          explains: all(),
        },
      ]
    const selector = dns.service.spec.selector ?? {}
    const key = Object.keys(selector)[0]
    if (dns.endpoints.length === 0 && key !== undefined) {
      const label = ready[0]!.object.metadata.labels?.['k8s-app']
      return [
        fault(
          `The selector of Service kube-system/kube-dns (${key}=${selector[key]}) matches no pod, while CoreDNS runs with ${key}=${ready[0]!.object.metadata.labels?.[key] ?? '(no such label)'}.`,
          ['spec', 'selector', key],
          'the DNS Service has no endpoints and refuses every query; CoreDNS answers at its pod addresses',
          [
            `kubectl -n kube-system patch service kube-dns --type=json -p '[{"op":"replace","path":"/spec/selector","value":{"k8s-app":"${label ?? 'kube-dns'}"}}]'`,
          ],
          all(),
        ),
      ]
    }
    for (const protocol of ['udp', 'tcp'] as const) {
      const has = dns.service.spec.ports?.some((p) => p.port === 53 && (p.protocol ?? 'TCP').toLowerCase() === protocol)
      if (has) continue
      return [
        fault(
          `Service kube-system/kube-dns has no ${protocol.toUpperCase()} port 53.`,
          ['spec', 'ports'],
          `queries over ${protocol.toUpperCase()} meet no rule; ${protocol === 'udp' ? 'TCP' : 'UDP'} still works`,
          [
            `kubectl -n kube-system patch service kube-dns --type=json -p '[{"op":"add","path":"/spec/ports/0","value":{"name":"${protocol === 'udp' ? 'dns' : 'dns-tcp'}","port":53,"protocol":"${protocol.toUpperCase()}","targetPort":${protocol === 'udp' ? '"dns"' : '"dns-tcp"'}}}]'`,
          ],
          all(protocol),
        ),
      ]
    }
    const asked53 = (protocol: string) =>
      cells.some(
        (cell) =>
          cell.to.pod !== undefined &&
          cell.to.port === 53 &&
          cell.to.protocol === protocol &&
          cell.to.kind === 'dns-server' &&
          failed(cell) === 'none',
      )
    for (const protocol of ['udp', 'tcp'] as const) {
      const led = dns.endpoints.flatMap((e) => (e.ready ? e.ports.filter((p) => p.protocol === protocol) : []))
      const [wrong] = led
      if (!wrong || led.some((p) => p.port === 53) || !asked53(protocol)) continue
      const index = (dns.service.spec.ports ?? []).findIndex(
        (p) => p.port === 53 && (p.protocol ?? 'TCP').toLowerCase() === protocol,
      )
      return [
        fault(
          `Service kube-system/kube-dns leads ${protocol.toUpperCase()} 53 to port ${wrong.port} of the CoreDNS pods, which answer on 53.`,
          ['spec', 'ports', index, 'targetPort'],
          'queries through the Service come to a port where nobody listens; straight to a CoreDNS pod they are answered',
          [
            `kubectl -n kube-system patch service kube-dns --type=json -p '[{"op":"replace","path":"/spec/ports/${index}/targetPort","value":53}]'`,
          ],
          all(protocol),
        ),
      ]
    }
    const usable = dns.endpoints.some((e) => e.ready && e.ports.some((p) => p.protocol === 'udp'))
    const answering = cells.some(
      (cell) => cell.to.kind === 'dns-server' && cell.to.pod !== undefined && failed(cell) === 'none',
    )
    if (!usable && answering)
      return [
        fault(
          'The endpoints of Service kube-system/kube-dns have no UDP port: its target port is not one of CoreDNS.',
          ['spec', 'ports', 0, 'targetPort'],
          'an endpoint without the port is none for kube-proxy',
          [
            `kubectl -n kube-system patch service kube-dns --type=json -p '[{"op":"replace","path":"/spec/ports/${Math.max(
              0,
              (dns.service.spec.ports ?? []).findIndex((p) => p.protocol === 'UDP'),
            )}/targetPort","value":53}]'`,
          ],
          all('udp'),
        ),
      ]
    return []
  },
})
