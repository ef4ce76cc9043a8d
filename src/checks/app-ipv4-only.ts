import { blameSome, throughService } from '../facts/blame.ts'
import { listenerText, listening } from '../facts/listening.ts'
import { check } from './check.ts'

export default check({
  id: 'app-ipv4-only',
  title: 'The pods listen on each IP family that the Service has',
  item: 'application',
  needs: ['service', 'ports', 'cells', 'world', 'evidence'],
  applies: ({ service }) =>
    (service.spec.ipFamilies ?? []).includes('IPv6') ? true : 'the Service has no IPv6 address',
  run({ ports, cells, world, evidence }) {
    return ports.flatMap((port) => {
      const servicePort = port.name || String(port.port.port)
      const six = listening(world, evidence, port).filter(
        (p) => p.address.includes(':') && !p.reachable && p.onPort.some((l) => l.family === 4 && l.address === 'any'),
      )
      if (six.length === 0) return []
      const number = six[0]!.port
      return [
        {
          says: `${six.map((p) => p.pod).join(', ')} listens on IPv4 only (${listenerText(six[0]!.onPort[0]!)}), so the Service's IPv6 address refuses.`,
          on: `pod ${six.map((p) => p.pod).join(', ')}`,
          proof: six.map((p) => p.proof(p.onPort[0]!)),
          why: 'IPv6 connections arrive at the pod and find no listener; IPv4 is served',
          fix: [
            '# make the server bind :: (both families), or make the Service IPv4 only: spec.ipFamilies [IPv4], spec.ipFamilyPolicy SingleStack',
          ],
          explains: blameSome(
            cells,
            (cell) =>
              (cell.to.ip ?? '').includes(':') &&
              (throughService(cell, servicePort) || (cell.to.kind === 'endpoint' && cell.to.port === number)),
          ),
        },
      ]
    })
  },
})
