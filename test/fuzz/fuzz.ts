import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { inputAt, prepareSubjects } from './attempt.ts'

/**
 * Fuzzes every parser with changed pieces of its samples: `node test/fuzz/fuzz.ts [--full | --inputs N] [--seed S] [--from I] [--only NAME,…]`.
 * `--full` is ten million inputs. Prints the figure; exit 1 if a parser threw, hung, was slow or lost a line, with the shortest
 * text that shows it.
 */
const FULL = 10_000_000
/** A worker that stays at one input for so many seconds hangs. */
const HANG = 30
/** Seconds between signs of life on standard error. */
const SIGN = 60

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    inputs: { type: 'string', default: '200000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    from: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  },
})
const inputs = values.full ? FULL : Number(values.inputs)
const seed = Number(values.seed)
const from = Number(values.from)
const workers = Number(values.workers)
const only = values.only.split(',').filter((name) => name !== '')
if (![inputs, seed, from, workers].every((n) => Number.isSafeInteger(n) && n >= 0) || workers < 1) {
  console.error('fuzz: --inputs, --seed, --from and --workers take whole numbers')
  process.exit(2)
}

const prepared = prepareSubjects(only)
if (prepared.length === 0) {
  console.error(`fuzz: no parser is called ${values.only}`)
  process.exit(2)
}
const started = performance.now()
console.log(
  `seed ${seed}: ${inputs.toLocaleString('en')} inputs over ${prepared.length} parsers: ${prepared.map((p) => p.subject.name).join(' ')}`,
)
const shares = await Promise.all(Array.from({ length: workers }, (_, n) => runShare(n)))
const failures = shares.flat()
for (const f of failures) {
  console.log(
    `\n${f.subject}, input ${f.index}: ${f.wrong}\n  again: node test/fuzz/fuzz.ts --seed ${seed} --from ${f.index} --inputs 1 --workers 1${values.only ? ` --only ${values.only}` : ''}`,
  )
  console.log(`  shortest: ${JSON.stringify(f.text).slice(0, 1500)}`)
}
const seconds = (performance.now() - started) / 1000
console.log(
  `${inputs.toLocaleString('en')} inputs over ${prepared.length} parsers in ${seconds.toFixed(0)} s: ${failures.length} crashes, hangs or lost lines`,
)
process.exit(failures.length === 0 ? 0 : 1)

interface Failure {
  index: number
  subject: string
  wrong: string
  text: string
}

/** Runs one worker to its end, or to the input at which it stands still. */
function runShare(n: number): Promise<Failure[]> {
  const progress = new SharedArrayBuffer(8)
  const at = new Float64Array(progress)
  const share = { seed, first: from + n, step: workers, end: from + inputs, progress, only }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: share })
  let last = -1
  let still = 0
  let seconds = 0
  return new Promise((resolve, reject) => {
    const watch = setInterval(() => {
      still = at[0] === last ? still + 1 : 0
      last = at[0]!
      if (++seconds % SIGN === 0)
        console.error(`worker ${n + 1}: ${(last - from).toLocaleString('en')} of ${inputs.toLocaleString('en')}`)
      if (still < HANG) return
      clearInterval(watch)
      void worker.terminate()
      const { subject, text } = inputAt(prepared, seed, last)
      resolve([{ index: last, subject: subject.name, wrong: `no end after ${HANG} s`, text }])
    }, 1000)
    worker.on('message', (found: Failure[]) => {
      clearInterval(watch)
      resolve(found)
    })
    worker.on('error', reject)
  })
}
