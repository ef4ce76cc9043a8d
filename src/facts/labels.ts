import type { LabelSelector } from './kube.ts'

/** Whether labels satisfy a plain selector map; an empty one matches nothing for a Service. */
export function matchesMap(selector: Record<string, string>, labels: Record<string, string> = {}): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value)
}

/** Whether labels satisfy a LabelSelector; an empty or absent one matches everything (as in NetworkPolicy). */
export function matchesSelector(selector: LabelSelector | undefined, labels: Record<string, string> = {}): boolean {
  if (!selector) return true
  if (selector.matchLabels && !matchesMap(selector.matchLabels, labels)) return false
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key]
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value)
      case 'NotIn':
        return value === undefined || !values.includes(value)
      case 'Exists':
        return value !== undefined
      case 'DoesNotExist':
        return value === undefined
      default:
        return false
    }
  })
}

/** Edit distance (insert, delete, replace, swap of neighbours), for "did you mean". */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, i) => i)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

/** The candidates closest to a word, nearest first, within an edit distance that a slip of the hand explains. */
export function nearest(
  word: string,
  candidates: readonly string[],
  within = Math.max(1, Math.floor(word.length / 3)),
): string[] {
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, by: distance(word, candidate) }))
    .filter(({ by }) => by > 0 && by <= within)
    .sort((x, y) => x.by - y.by || x.candidate.localeCompare(y.candidate))
    .map(({ candidate }) => candidate)
}
