import { parentPort, workerData } from 'node:worker_threads'
import { attempt, inputAt, prepareSubjects, shrink } from './attempt.ts'

/** One worker's share: every `step`th input from `first`. `progress` shows the main thread the input under way. */
interface Share {
  seed: number
  first: number
  step: number
  end: number
  progress: SharedArrayBuffer
  only: string[]
}

const { seed, first, step, end, progress, only } = workerData as Share
const now = new Float64Array(progress)
const prepared = prepareSubjects(only)
const failures: { index: number; subject: string; wrong: string; text: string }[] = []
const seen = new Set<string>()

for (let index = first; index < end; index += step) {
  now[0] = index
  const { subject, text } = inputAt(prepared, seed, index)
  const wrong = attempt(subject, text)
  if (!wrong) continue
  // One example of each kind of failure is enough.
  const key = `${subject.name} ${wrong.replace(/\d+/g, '').split(': ')[0]}`
  if (seen.has(key)) continue
  seen.add(key)
  failures.push({ index, subject: subject.name, wrong, text: shrink(subject, text) })
  if (failures.length >= 20) break
}
parentPort!.postMessage(failures)
