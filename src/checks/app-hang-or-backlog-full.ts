import { blameSome } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { metLost } from '../facts/isolated.ts'
import { listenerText, listening } from '../facts/listening.ts'
import { recreatePod } from '../facts/pod-fix.ts'
import { check } from './check.ts'

export default check({
  id: 'app-hang-or-backlog-full',
  title: 'The servers accept the connections that arrive',
  item: 'application',
  needs: ['ports', 'pods', 'served', 'cells', 'world', 'evidence'],
  leadsTo: ['ep-readiness-failing', 'ep-ready-but-dead'],
  run({ ports, pods, served, cells, world, evidence }) {
    return ports.flatMap((port) => {
      const servicePort = port.name || String(port.port.port)
      // Linux refuses further handshakes silently once the accept queue is longer than its limit (tcp(7), listen(2))
      const hung = listening(world, evidence, port).flatMap((p) => {
        const full = p.onPort.find(
          (l) => l.queued !== undefined && l.queued > 0 && (l.backlog === undefined || l.queued >= l.backlog),
        )
        return full ? [{ p, full }] : []
      })
      const addresses = new Set(hung.map(({ p }) => p.address))
      const direct = cells.filter(
        (cell) => cell.to.kind === 'endpoint' && addresses.has(cell.to.ip ?? '') && cell.to.servicePort === servicePort,
      )
      // one that waits for a moment is what a busy machine looks like: from somewhere no try at all may have come through
      if (!direct.some((cell) => cell.to.variant === undefined && failed(cell) === 'all')) return []
      const { full } = hung[0]!
      const hungPods = [...new Set(hung.map((h) => h.p.pod))]
      return [
        {
          says: `The server in ${hungPods.join(', ')} does not accept connections any more: ${full.queued} wait in the queue of ${listenerText(full)}${full.backlog === undefined ? '' : ` (limit ${full.backlog})`}.`,
          on: `pod ${hungPods.join(', ')}`,
          proof: hung.map((h) => h.p.proof(h.full)),
          why: 'the kernel holds finished handshakes until the process takes them; when it does not, clients hang and later ones get no answer at all',
          fix: [
            '# the process hangs or is overloaded: look at its threads and log, then restart it',
            ...hungPods.map((pod) => recreatePod(pod, pods)),
          ],
          explains: blameSome(
            cells,
            (cell) =>
              direct.includes(cell) ||
              metLost(cell, served, servicePort, new Set(['timeout', 'silent']), ({ address }) =>
                addresses.has(address),
              ),
          ),
        },
      ]
    })
  },
})
