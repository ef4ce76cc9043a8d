import type { Report } from '../model.ts'
import { cellWord } from './cell-word.ts'
import { destinationName, vantageName } from './place-name.ts'

const most = 8

/** A sentence for each failed probe that no cause explains; only the first few unless `all` are wanted. */
export function unexplained({ verdict, cells }: Report, all: boolean): string[] {
  const ids = new Set(verdict.unexplained)
  const sentences = cells
    .filter(({ id }) => ids.has(id))
    .map(({ from, to, attempts }) => {
      const { kind, what } = destinationName(to)
      return `${vantageName(from)} to ${kind} ${what}: ${cellWord(attempts).text}`
    })
  if (all || sentences.length <= most + 1) return sentences
  return [...sentences.slice(0, most), `and ${sentences.length - most} more; -o wide shows them`]
}
