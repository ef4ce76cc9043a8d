import { blameSome, throughService } from '../facts/blame.ts'
import { WANTS_TLS } from '../facts/cells.ts'
import type { Attempt } from '../model.ts'
import { check } from './check.ts'

/** What curl says when one side speaks TLS and the other does not. */
const WORDS = /wrong version number|packet length too long|Unsupported HTTP\/1 subversion|Received HTTP\/0\.9/i

export default check({
  id: 'app-tls-vs-http',
  title: 'Clients and servers agree whether they speak TLS',
  item: 'application',
  needs: ['service', 'ports', 'cells', 'evidence'],
  leadsTo: ['ep-ready-but-dead'],
  run({ service, ports, cells, evidence }) {
    return ports.flatMap((port, index) => {
      const servicePort = port.name || String(port.port.port)
      const wrong = cells.filter(
        (cell) =>
          (throughService(cell, servicePort) || (cell.to.kind === 'endpoint' && cell.to.servicePort === servicePort)) &&
          cell.attempts.some((a) => mismatched(a)),
      )
      if (wrong.length === 0) return []
      const hint = port.port.appProtocol ?? port.port.name
      const { name, namespace } = service.metadata
      return [
        {
          says: `Port ${servicePort} of Service ${namespace}/${name} is reached, but the two sides do not speak the same protocol: one speaks TLS, the other plain HTTP${hint ? ` (the port is called ${hint})` : ''}.`,
          on: `service ${namespace}/${name}`,
          proof: [
            wrong[0]!.attempts.find((a) => mismatched(a))!.proof,
            evidence.proofAt('api/service.json', 'spec', 'ports', index, 'port'),
          ],
          why: 'connections open from everywhere, so nothing in the network is wrong; the first bytes are not understood',
          fix: [
            '# use the scheme that the server speaks (https:// or http://), in the client, its probe or the ingress (backend protocol)',
          ],
          explains: blameSome(cells, (cell) => wrong.includes(cell)),
        },
      ]
    })
  },
})

function mismatched({ detail = '' }: Attempt): boolean {
  return WANTS_TLS.test(detail) || WORDS.test(detail)
}
