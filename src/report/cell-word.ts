import type { Attempt, Outcome } from '../model.ts'
import type { TableCell } from './table.ts'

const words: Partial<Record<Outcome, string>> = {
  'no-route': 'no route',
  'net-unreachable': 'net unreachable',
  'dns-refused': 'refused',
  'no-data': 'no data',
  'wrong-answer': 'wrong answer',
}

/** What a person reads for an outcome. */
export function outcomeWord(outcome: Outcome): string {
  return words[outcome] ?? outcome
}

/** All tries of a cell in a few words: `ok`, `timeout 4/8` (4 of 8 tries ended so), `refused 2/8, timeout 2/8`. */
export function cellWord(attempts: Attempt[]): TableCell {
  if (attempts.length === 0) return { text: 'not tried', tone: 'doubt' }
  const counts = new Map<Outcome, number>()
  for (const { outcome } of attempts) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  const bad = [...counts].filter(([outcome]) => outcome !== 'ok').sort((a, b) => b[1] - a[1])
  if (bad.length === 0) return { text: 'ok', tone: 'good' }
  const text = bad.map(([outcome, count]) => `${outcomeWord(outcome)} ${count}/${attempts.length}`).join(', ')
  return { text, tone: bad.every(([outcome]) => outcome === 'late') ? 'doubt' : 'bad' }
}
