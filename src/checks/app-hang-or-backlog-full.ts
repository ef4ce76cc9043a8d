import { blameSome, throughService } from '../facts/blame.ts'
import { listenerText, listening } from '../facts/listening.ts'
import { check } from './check.ts'

export default check({
  id: 'app-hang-or-backlog-full',
  title: 'The servers accept the connections that arrive',
  item: 'application',
  needs: ['ports', 'cells', 'world', 'evidence'],
  leadsTo: ['ep-readiness-failing', 'ep-ready-but-dead'],
  run({ ports, cells, world, evidence }) {
    return ports.flatMap((port) => {
      const servicePort = port.name || String(port.port.port)
      return listening(world, evidence, port).flatMap((p) => {
        // Linux refuses further handshakes silently once the accept queue is longer than its limit (tcp(7), listen(2))
        const full = p.onPort.find(
          (l) => l.queued !== undefined && l.queued > 0 && (l.backlog === undefined || l.queued >= l.backlog),
        )
        const direct = cells.filter(
          (cell) => cell.to.kind === 'endpoint' && cell.to.ip === p.address && cell.to.port === p.port,
        )
        if (!full || direct.length === 0) return []
        return [
          {
            says: `The server in ${p.pod} does not accept connections any more: ${full.queued} wait in the queue of ${listenerText(full)}${full.backlog === undefined ? '' : ` (limit ${full.backlog})`}.`,
            on: `pod ${p.pod}`,
            proof: [p.proof(full)],
            why: 'the kernel holds finished handshakes until the process takes them; when it does not, clients hang and later ones get no answer at all',
            fix: [
              `# the process hangs or is overloaded: look at its threads and log, then restart it`,
              `kubectl -n ${p.pod.split('/')[0]} delete pod ${p.pod.split('/')[1]}`,
            ],
            explains: blameSome(
              cells,
              (cell) =>
                direct.includes(cell) ||
                (throughService(cell, servicePort) &&
                  cell.attempts.some((a) => a.outcome === 'timeout' || a.outcome === 'silent')),
            ),
          },
        ]
      })
    })
  },
})
