import type { Proof } from '../model.ts'
import { parseQdiscs, type Qdisc } from '../parse/qdisc.ts'
import type { Reader } from './reader.ts'

/** Disciplines that only order packets or share a line among them; all others hold back or throw away, by a rate or at random. */
const PLAIN = new Set([
  'noqueue',
  'pfifo_fast',
  'pfifo',
  'bfifo',
  'fq',
  'fq_codel',
  'mq',
  'mqprio',
  'sfq',
  'prio',
  'clsact',
  'ingress',
])

/** Traffic shapers of a node that have thrown packets away, where they could be read. */
export function leakyShapers(r: Reader, node: string): (Qdisc & { proof: Proof })[] {
  const path = `nodes/${node}/qdisc.jsonl`
  const text = r.text(path)
  const all = 'missing' in text ? [] : parseQdiscs(text.value).items
  return all
    .filter(({ kind, drops }) => !PLAIN.has(kind) && drops > 0)
    .map((shaper) => ({ ...shaper, proof: r.proofLine(path, shaper.line) }))
}
