import { blameSome, throughService } from '../facts/blame.ts'
import type { Attempt, Cell } from '../model.ts'
import type { Course } from '../walk/world.ts'
import { check } from './check.ts'

/** Sources of one endpoint, as it sees them. */
interface Guests {
  admitted: Set<string>
  turnedAway: Map<string, Cell>
}

export default check({
  id: 'app-source-allowlist',
  title: 'The endpoints answer whoever reaches them',
  item: 'application',
  needs: ['service', 'endpoints', 'cells', 'courses'],
  leadsTo: ['ep-ready-but-dead'],
  run({ service, endpoints, cells, courses }) {
    const guests = new Map(endpoints.map(({ address }) => [address, guestsOf(address, cells, courses)]))
    const choosy = endpoints.filter(({ address }) => {
      const { admitted, turnedAway } = guests.get(address)!
      return admitted.size > 0 && turnedAway.size > 0 && ![...turnedAway.keys()].some((ip) => admitted.has(ip))
    })
    if (choosy.length === 0) return []
    // a try that is turned away though none of its courses comes from such a source has another reason
    const meets = (cell: Cell) =>
      (courses.get(cell.id) ?? []).some(({ end }) => {
        const source = end.packet?.source
        return (
          end.fate === 'delivered' && source !== undefined && guests.get(end.to.ip)?.turnedAway.has(source) === true
        )
      })
    const explains = blameSome(
      cells,
      (cell) =>
        (throughService(cell) || cell.to.kind === 'endpoint') &&
        cell.attempts.every((a) => a.outcome === 'ok' || a.outcome === 'late' || a.outcome === 'reset') &&
        meets(cell),
    )
    const { name, namespace } = service.metadata
    const one = guests.get(choosy[0]!.address)!
    const away = [...new Set(choosy.flatMap(({ address }) => [...guests.get(address)!.turnedAway.keys()]))].sort()
    const [admitted] = one.admitted
    const masqueraded = cells.some((cell) => throughService(cell) && explains.includes(cell.id))
    return [
      {
        says: `The server behind Service ${namespace}/${name} takes connections from ${admitted} and others, but closes those from ${listed(away)} without an answer: it goes by the client's address${masqueraded ? ', and sees a node where connections are masqueraded' : ''}.`,
        on: `service ${namespace}/${name}`,
        proof: [
          ...[...one.turnedAway.values()].slice(0, 2).map((cell) => cell.attempts.find(turnsAway)!.proof),
          ...cells
            .filter((cell) => isDirect(cell, choosy[0]!.address) && cell.attempts.every(answers))
            .slice(0, 1)
            .map((cell) => cell.attempts[0]!.proof),
        ],
        why: 'each connection is made, so nothing in the network stops it; the same endpoint answers pods and closes on nodes. What comes through a node port, or from a node itself, has the address of a node',
        fix: [
          `# let the server admit the nodes' addresses (${listed(away)}), or tell clients apart by something else than their address`,
          '# for clients outside: externalTrafficPolicy: Local keeps their own address, on nodes that have a pod of the Service',
        ],
        explains,
      },
    ]
  },
})

function isDirect(cell: Cell, address: string): boolean {
  return cell.to.kind === 'endpoint' && cell.to.ip === address && cell.to.protocol === 'tcp'
}

/** Closed before a byte came: with a reset, or in order where the request had not arrived yet. */
function turnsAway({ outcome, detail = '' }: Attempt): boolean {
  return outcome === 'reset' || (outcome === 'ok' && /empty reply/i.test(detail))
}

function answers(attempt: Attempt): boolean {
  return attempt.outcome === 'ok' && !turnsAway(attempt)
}

/** Whom an endpoint answers, and whom it turns away each time, by the probes that went straight to it. */
function guestsOf(address: string, cells: readonly Cell[], courses: ReadonlyMap<string, Course[]>): Guests {
  const guests: Guests = { admitted: new Set(), turnedAway: new Map() }
  const resets = new Set<string>()
  for (const cell of cells.filter((one) => isDirect(one, address))) {
    const sources = new Set(
      (courses.get(cell.id) ?? []).map(({ end }) => (end.fate === 'delivered' ? end.packet?.source : undefined)),
    )
    const [source] = sources
    if (sources.size !== 1 || source === undefined) continue
    if (cell.attempts.some(answers)) guests.admitted.add(source)
    if (cell.attempts.some(turnsAway)) guests.turnedAway.set(source, cell)
    if (cell.attempts.some((a) => a.outcome === 'reset')) resets.add(source)
  }
  // a server that never says a word to plain HTTP closes in order, too
  return resets.size > 0 ? guests : { admitted: guests.admitted, turnedAway: new Map() }
}

function listed(addresses: readonly string[]): string {
  return addresses.slice(0, 4).join(', ') + (addresses.length > 4 ? ` and ${addresses.length - 4} more` : '')
}
