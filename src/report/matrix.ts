import type { Attempt, Cell, DestinationKind, Vantage } from '../model.ts'
import { cellWord } from './cell-word.ts'
import { destinationName, vantageNames } from './place-name.ts'
import type { TableCell } from './table.ts'

/** Who reached what, made small: columns and rows that look alike are one. Lines of a title are joined by line feeds. */
export interface Matrix {
  columns: string[]
  rows: { label: string; cells: TableCell[] }[]
}

/** Some destinations with what was tried towards them, by vantage. `calm`: no failure there is in question. */
interface Column {
  destinations: Cell[]
  tries: Map<string, Attempt[]>
  calm: boolean
}

// An external name is a control, too: of an ExternalName Service it is always in question.
const controls: string[] = ['external-name', 'dns-server', 'api', 'api-endpoint', 'node', 'pod-gateway']
const ways: DestinationKind[] = [
  'dns',
  'cluster-ip',
  'endpoint',
  'hairpin',
  'node-port',
  'external-ip',
  'load-balancer',
]
const order: string[] = [...ways, ...controls]

/**
 * The matrix of a report's cells. A kind of destination that every vantage reached is one column; where one failed, the
 * destinations stand apart unless they ended alike from everywhere. Controls are one column, but for kinds of which one is
 * in question (`asked`: ids of cells that a cause explains, or that nothing does).
 */
export function matrix(cells: Cell[], asked: Set<string>): Matrix {
  const sorted = cells.toSorted(
    (a, b) => compare(a.from, b.from) || order.indexOf(a.to.kind) - order.indexOf(b.to.kind),
  )
  const failing = new Set<string>(cells.filter((cell) => isBad(cell, asked)).map((cell) => cell.to.kind))
  const groups = Map.groupBy(sorted, ({ to }) =>
    failing.has(to.kind) || !controls.includes(to.kind) ? to.kind : 'controls',
  )
  const columns = [...groups]
    .sort(([a], [b]) => place(a) - place(b))
    .flatMap(([group, own]) => (failing.has(group) ? apart(own) : [column(own, true)]))
  const froms = [...new Map(sorted.map(({ from }) => [JSON.stringify(from), from]))]
  const rows = joined(
    froms,
    ([, a], [, b]) => a.kind === b.kind,
    ([key]) => columns.map((own) => look(own, key)),
  )
  return {
    columns: columns.map(title),
    rows: rows.map((row) => ({
      label: vantageNames(row.map(([, from]) => from)),
      cells: columns.map((own) =>
        word(
          own,
          row.flatMap(([key]) => own.tries.get(key) ?? []),
        ),
      ),
    })),
  }
}

/** Controls that are no question come last. */
function place(group: string): number {
  const at = order.indexOf(group)
  return at < 0 ? order.length : at
}

function compare(a: Vantage, b: Vantage): number {
  const kinds = ['client', 'host', 'endpoint']
  return kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.node < b.node ? -1 : a.node > b.node ? 1 : 0)
}

/** A late connect alone is no failure, but for a pod that calls itself. */
function isBad({ id, to, attempts }: Cell, asked: Set<string>): boolean {
  if (controls.includes(to.kind)) return asked.has(id)
  return attempts.some(({ outcome }) => outcome !== 'ok' && (outcome !== 'late' || to.kind === 'hairpin'))
}

function column(cells: Cell[], calm: boolean): Column {
  const tries = new Map<string, Attempt[]>()
  for (const { from, attempts } of cells) {
    const key = JSON.stringify(from)
    tries.set(key, [...(tries.get(key) ?? []), ...attempts])
  }
  const destinations = [...new Map(cells.map((cell) => [JSON.stringify(cell.to), cell])).values()]
  return { destinations, tries, calm }
}

/** One column for each destination, but only one for those that ended alike from everywhere. */
function apart(cells: Cell[]): Column[] {
  const each = [...Map.groupBy(cells, ({ to }) => JSON.stringify(to)).values()]
  const vantages = [...new Set(cells.map(({ from }) => JSON.stringify(from)))]
  const looks = (own: Cell[]) => {
    const alone = column(own, false)
    return vantages.map((from) => look(alone, from))
  }
  return joined(each, () => true, looks).map((own) => column(own.flat(), false))
}

/** How tries ended, without how many of them: what a person compares. */
function look({ tries, calm }: Column, from: string): string {
  const attempts = tries.get(from)
  if (!attempts) return ''
  return calm ? 'ok' : [...new Set(attempts.map(({ outcome }) => outcome))].sort().join()
}

/** Puts together items whose looks differ nowhere but where one was not tried, and that have some place in common. */
function joined<T>(items: T[], alike: (a: T, b: T) => boolean, looks: (item: T) => string[]): T[][] {
  const groups: { items: T[]; looks: string[] }[] = []
  for (const item of items) {
    const own = looks(item)
    const fits = groups.find(
      (group) =>
        group.items.every((other) => alike(other, item)) &&
        own.some((one, at) => one !== '' && one === group.looks[at]) &&
        own.every((one, at) => one === '' || group.looks[at] === '' || one === group.looks[at]),
    )
    if (!fits) groups.push({ items: [item], looks: own })
    else {
      fits.items.push(item)
      fits.looks = fits.looks.map((one, at) => one || (own[at] ?? ''))
    }
  }
  return groups.map((group) => group.items)
}

function title({ destinations, calm }: Column): string {
  const [first, ...more] = destinations
  if (!first) return ''
  const { kind, what } = destinationName(first.to)
  if (calm && more.length > 0) {
    const kinds = new Set(destinations.map(({ to }) => to.kind))
    return `${kinds.size > 1 || controls.includes(kind) ? 'controls' : kind}\nall ${destinations.length}`
  }
  const nodes = new Set(destinations.map(({ to }) => to.node))
  const node = nodes.size === 1 && first.to.node ? [`on ${first.to.node}`] : []
  return [kind, what, ...(more.length > 0 ? [`and ${more.length} more`] : []), ...node].join('\n')
}

/** Where no failure is in question the good ones are counted: a ping too large for the network is meant to fail. */
function word({ calm }: Column, attempts: Attempt[]): TableCell {
  if (attempts.length === 0) return { text: '' }
  const ok = attempts.filter(({ outcome }) => outcome === 'ok').length
  return !calm || ok === attempts.length ? cellWord(attempts) : { text: `ok ${ok}/${attempts.length}`, tone: 'good' }
}
