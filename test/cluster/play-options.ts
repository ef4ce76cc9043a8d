import { parseArgs } from 'node:util'
import type { Mode } from './scenario.ts'

export interface PlayOptions {
  lab: string
  /** Absent: the mode the cluster runs in. */
  mode?: Mode | undefined
  only: string[]
  healthy: boolean
  /** Part `turn` of `of` parts. */
  share: { turn: number; of: number }
  /** Only scenarios of which there is no recording in this mode. */
  unrecorded: boolean
  record: boolean
  rerecord: boolean
  fixes: boolean
  /** Interrupt the command at several moments and hold it to leaving nothing behind. */
  interrupt: boolean
  /** Inject, observe and heal without running the command. */
  dry: boolean
  /** The order of a judging run: the incidents and some healthy ones first, then a part of the rest that goes by the day. */
  ci: boolean
  /** Begin no further scenario after this many seconds; 0: no limit. */
  seconds: number
}

export const USAGE = `node test/cluster/play.ts [flags]
  --lab NAME          cluster to play on (a)
  --mode MODE         iptables, nftables or ipvs: only scenarios of that mode (the cluster's)
  --only ID,ID        these scenarios; * stands for any text
  --healthy           only scenarios on which the answer must be healthy
  --share K/N         the K-th of N parts
  --turn              with --share: K goes by the day, so that N days play all
  --ci                the incidents, then healthy ones, then the rest in an order that goes by the day; up to two that fail are
                      played again, and said so at the end
  --seconds S         begin no further scenario after S seconds
  --dry               inject, observe, heal and verify without the command
  --fixes             paste the printed fix commands and hold them to healing
  --interrupt         also interrupt the command at several moments: nothing may be left
  --unrecorded        only scenarios of which there is no recording in this mode yet
  --record            keep the bundle of a run that met its expectation, where there is none yet
  --rerecord          the same, and replace the one there is`

/** Reads the command line. Throws an Error with one sentence for a flag that cannot be read. */
export function playOptions(args: string[], today = new Date()): PlayOptions {
  const { values } = parseArgs({
    args,
    options: {
      lab: { type: 'string', default: 'a' },
      mode: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      healthy: { type: 'boolean', default: false },
      share: { type: 'string', default: '1/1' },
      turn: { type: 'boolean', default: false },
      dry: { type: 'boolean', default: false },
      ci: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '0' },
      fixes: { type: 'boolean', default: false },
      interrupt: { type: 'boolean', default: false },
      unrecorded: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      rerecord: { type: 'boolean', default: false },
    },
  })
  const [turn, of] = values.share.split('/').map(Number)
  if (!turn || !of || turn > of) throw new Error(`--share ${values.share}: write K/N with 1 <= K <= N`)
  if (values.mode !== undefined && !/^(iptables|nftables|ipvs)$/.test(values.mode))
    throw new Error(`--mode ${values.mode}: one of iptables, nftables, ipvs`)
  const day = Math.floor(today.getTime() / 86_400_000)
  return {
    lab: values.lab,
    mode: values.mode as Mode | undefined,
    only: values.only.flatMap((ids) => ids.split(',')),
    healthy: values.healthy,
    share: { turn: values.turn ? (day % of) + 1 : turn, of },
    unrecorded: values.unrecorded,
    record: values.record || values.rerecord,
    rerecord: values.rerecord,
    fixes: values.fixes,
    interrupt: values.interrupt,
    dry: values.dry,
    ci: values.ci,
    seconds: Number(values.seconds) || 0,
  }
}

/** Whether a scenario's id is among those asked for; no id asked for means all. */
export function isAsked(id: string, only: string[]): boolean {
  if (only.length === 0) return true
  return only.some((one) => new RegExp(`^${one.replaceAll('*', '.*')}$`).test(id))
}
