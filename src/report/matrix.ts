import type { Attempt, Cell, Destination, DestinationKind, Vantage } from '../model.ts'
import { cellWord } from './cell-word.ts'
import { destinationName, vantageNames } from './place-name.ts'
import type { TableCell } from './table.ts'

/** Who reached what, made small: equal columns are one column, equal rows one row. Lines of a title are joined by line feeds. */
export interface Matrix {
  columns: string[]
  rows: { label: string; cells: TableCell[] }[]
}

interface Column {
  title: string
  cells: TableCell[]
}

/** Everything tried towards one destination: the cells by vantage. */
interface Tried {
  to: Destination
  by: Map<string, Cell>
}

// An external name is a control, too: of an ExternalName Service it is always in question.
const controls: DestinationKind[] = ['api', 'api-endpoint', 'dns-server', 'node', 'pod-gateway', 'external-name']

/**
 * The matrix of a report's cells. A kind of destination that every vantage reached is one column; where one failed, the
 * destinations stand apart unless they look alike from everywhere. Controls are one column, but for kinds of which one is
 * in question (`asked`: ids of cells that a cause explains, or that nothing does).
 */
export function matrix(cells: Cell[], asked: Set<string>): Matrix {
  const sorted = cells.toSorted(
    (a, b) => compareFrom(a.from, b.from) || order.indexOf(a.to.kind) - order.indexOf(b.to.kind),
  )
  const froms = new Map(sorted.map((cell) => [JSON.stringify(cell.from), cell.from]))
  const failing = new Set<string>(cells.filter((cell) => isBad(cell, asked)).map((cell) => cell.to.kind))
  const destinations = new Map<string, Tried>()
  for (const cell of sorted) {
    const key = JSON.stringify(cell.to)
    const tried = destinations.get(key) ?? { to: cell.to, by: new Map() }
    tried.by.set(JSON.stringify(cell.from), cell)
    destinations.set(key, tried)
  }
  const groups = Map.groupBy(destinations.values(), ({ to }) =>
    !failing.has(to.kind) && controls.includes(to.kind) ? 'controls' : to.kind,
  )
  const vantages = [...froms.keys()]
  const columns = [...groups]
    .sort(([a], [b]) => rank(a) - rank(b))
    .flatMap(([group, tried]) => (failing.has(group) ? apart(vantages, tried) : [together(group, vantages, tried)]))
  const rows = [...froms.values()].map((from, at) => ({
    from,
    cells: columns.map((column) => column.cells[at] ?? blank),
  }))
  return { columns: columns.map((column) => column.title), rows: mergeRows(rows) }
}

const order: string[] = [
  'dns',
  'cluster-ip',
  'endpoint',
  'hairpin',
  'node-port',
  'external-ip',
  'load-balancer',
  'external-name',
  'dns-server',
  'api',
  'api-endpoint',
  'node',
  'pod-gateway',
]

/** Controls that are no question come last. */
function rank(group: string): number {
  const at = order.indexOf(group)
  return at < 0 ? order.length : at
}

function compareFrom(a: Vantage, b: Vantage): number {
  const kinds = ['client', 'host', 'endpoint']
  return kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.node < b.node ? -1 : a.node > b.node ? 1 : 0)
}

const blank: TableCell = { text: '' }

/** A late connect alone is no failure, but for a pod that calls itself. */
function isBad({ id, to, attempts }: Cell, asked: Set<string>): boolean {
  if (controls.includes(to.kind)) return asked.has(id)
  return attempts.some(({ outcome }) => outcome !== 'ok' && (outcome !== 'late' || to.kind === 'hairpin'))
}

/** Tries of which no failure is in question: a ping too large for the network is meant to fail. */
function answered(attempts: Attempt[]): TableCell {
  const ok = attempts.filter(({ outcome }) => outcome === 'ok').length
  return ok === attempts.length ? cellWord(attempts) : { text: `ok ${ok}/${attempts.length}`, tone: 'good' }
}

/** One column for destinations of which none failed. */
function together(group: string, vantages: string[], tried: Tried[]): Column {
  const cells = vantages.map((from) => {
    const own = tried.flatMap(({ by }) => by.get(from) ?? [])
    return own.length === 0 ? blank : answered(own.flatMap((cell) => cell.attempts))
  })
  const [one, ...more] = tried
  const what = one && more.length === 0 ? destinationName(one.to).what : `all ${tried.length}`
  return { title: `${group}\n${what}`, cells }
}

/** One column for each destination, but only one for those that look alike from everywhere. */
function apart(vantages: string[], tried: Tried[]): Column[] {
  const drawn = tried.map(({ to, by }) => {
    const cells = vantages.map((from) => {
      const cell = by.get(from)
      return cell ? cellWord(cell.attempts) : blank
    })
    return { to, cells }
  })
  return [...Map.groupBy(drawn, ({ cells }) => JSON.stringify(cells)).values()].map((alike) => {
    const [first, ...more] = alike
    const { kind, what } = first ? destinationName(first.to) : { kind: '', what: '' }
    const node = first?.to.node ? `\non ${first.to.node}` : ''
    return {
      title: `${kind}\n${what}${more.length > 0 ? `\nand ${more.length} more` : node}`,
      cells: first?.cells ?? [],
    }
  })
}

function mergeRows(rows: { from: Vantage; cells: TableCell[] }[]): Matrix['rows'] {
  return [...Map.groupBy(rows, ({ cells }) => JSON.stringify(cells)).values()].map((alike) => ({
    label: vantageNames(alike.map(({ from }) => from)),
    cells: alike[0]?.cells ?? [],
  }))
}
