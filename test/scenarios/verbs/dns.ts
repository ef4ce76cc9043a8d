import type { Stage, Step } from '../../cluster/scenario.ts'
import { run, type Where } from './probe.ts'
import { until } from './run.ts'

/** The Service's name as a record: with the final dot, so that no search list plays a part. */
export const NAME = 'web.default.svc.cluster.local.'

export type Answer = 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'silence' | 'refused'

/** Status of one DNS query; `+tcp`, `@server` and the like go into `options`. */
export async function query(stage: Stage, from: Where, name: string, options = ''): Promise<Answer> {
  const { stdout, stderr } = await run(stage, from, `dig +tries=1 +time=3 ${options} ${name} 2>&1`)
  const status = /status: (\w+)/.exec(stdout)?.[1]
  if (status) return status as Answer
  return /refused/i.test(stdout + stderr) ? 'refused' : 'silence'
}

/** Waits until `tries` queries in a row are answered in the wanted way. */
export function asks(from: Where, name: string, wanted: Answer, seconds = 60, options = '', tries = 2): Step {
  return async (stage) => {
    let last: Answer[] = []
    await until(`${name} ${options} answers ${wanted}`, seconds, async () => {
      last = []
      for (let i = 0; i < tries; i++) last.push(await query(stage, from, name, options))
      return last.every((one) => one === wanted)
    }).catch((error: Error) => {
      throw new Error(`${error.message}, last: ${last.join(' ')}`)
    })
  }
}

/** Waits until at least one of eight queries is answered in the wanted way. */
export function asksSome(from: Where, name: string, wanted: Answer, seconds = 60, options = ''): Step {
  return (stage) =>
    until(`${name} ${options} answers ${wanted} at least once`, seconds, async () => {
      const all = await Promise.all(Array.from({ length: 8 }, () => query(stage, from, name, options)))
      return all.includes(wanted)
    })
}
