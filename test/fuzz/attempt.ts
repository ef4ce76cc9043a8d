import { cpuTime } from './cpu-time.ts'
import { type Grammar, grammarOf, inputOf } from './mutate.ts'
import { randomOf, seedOf } from './random.ts'
import { type Subject, samplesOf, subjects, textOf } from './subjects.ts'

/** Longest computing time in ms for one small input; most take some 10 µs. */
const SLOW = 250

/** A subject with what its inputs are made of. */
export interface Prepared {
  subject: Subject
  grammar: Grammar
}

/** All subjects that have samples, or those named. Lines of the others' samples are strewn in. */
export function prepareSubjects(only: string[] = []): Prepared[] {
  const texts = new Map(subjects.map((subject) => [subject, samplesOf(subject).map(textOf)]))
  const foreign = [...texts.values()]
    .flatMap((all) => all.map((text) => text.split('\n')[2] ?? ''))
    .filter((line) => line.length < 2000)
  return subjects
    .filter((subject) => texts.get(subject)!.length > 0 && (only.length === 0 || only.includes(subject.name)))
    .map((subject) => ({ subject, grammar: grammarOf(texts.get(subject)!, foreign) }))
}

/** The `index`th input of a run and the parser it is for: the subjects take turns. */
export function inputAt(prepared: Prepared[], seed: number, index: number): { subject: Subject; text: string } {
  const { subject, grammar } = prepared[index % prepared.length]!
  return { subject, text: inputOf(grammar, randomOf(seedOf(seed, index))) }
}

/** Runs one parser on one text; what is wrong, '' for nothing. A slow run is repeated, since memory may have been collected during it. */
export function attempt(subject: Subject, text: string): string {
  let best = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < 3 && best > SLOW; tries++) {
    const start = cpuTime()
    try {
      const { wrong } = subject.run(text)
      if (wrong) return wrong
    } catch (error) {
      return `it threw ${error instanceof Error ? error.stack?.split('\n').slice(0, 3).join(' ') : String(error)}`
    }
    best = Math.min(best, cpuTime() - start)
  }
  return best > SLOW ? `it took ${Math.round(best)} ms for ${text.length} characters` : ''
}

/** The smallest text found that is still wrong in the same way: lines and then pieces are left out as long as it stays wrong. */
export function shrink(subject: Subject, text: string): string {
  const kind = (t: string) => attempt(subject, t).replace(/\d+/g, '').slice(0, 20)
  const wanted = kind(text)
  let small = text
  for (let size = Math.ceil(small.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < small.length; ) {
      const shorter = small.slice(0, at) + small.slice(at + size)
      if (kind(shorter) === wanted) small = shorter
      else at += size
    }
  return small
}
