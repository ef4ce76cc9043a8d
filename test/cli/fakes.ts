import { EventEmitter } from 'node:events'
import type { Io } from '../../src/cli/io.ts'
import { main, type Process } from '../../src/cli/main.ts'
import type { Parts } from '../../src/cli/parts.ts'
import { planText } from '../../src/cli/plan-text.ts'
import type { CollectOptions, Session, SessionOptions } from '../../src/collect/session.ts'
import type { Bundle } from '../../src/model.ts'
import { render } from '../../src/report/render.ts'
import { faulty } from '../report/sample.ts'

export const bundle: Bundle = { target: { namespace: 'default', service: 'web' }, evidence: new Map() }

/** A session that makes one pod and gives an empty bundle, unless told otherwise. */
export function fakeSession(own: Partial<Session> = {}): Session {
  const pods = new Set<string>()
  const close = async () => {
    const deleted = [...pods]
    pods.clear()
    return { deleted, left: [] }
  }
  return {
    namespace: 'default',
    collect: async () => {
      pods.add('svc-debug-1')
      return bundle
    },
    plan: async () => ({ questions: [], pods: [] }),
    askMore: async () => [],
    cleanup: close,
    leftovers: () => [...pods].map((pod) => `kubectl delete pod ${pod}`),
    close,
    ...own,
  }
}

export interface Ran {
  code: number
  out: string
  err: string
  opened: SessionOptions[]
  collected: CollectOptions[]
  signals: EventEmitter
  exits: number[]
}

export interface Setting {
  parts?: Partial<Parts>
  session?: Partial<Session>
  terminal?: boolean
  env?: NodeJS.ProcessEnv
}

/** Starts the command with fakes around it; `ran` fills while it runs. */
export function start(
  line: string[],
  { parts = {}, session = {}, terminal = false, env = {} }: Setting = {},
): { ran: Ran; done: Promise<Ran> } {
  const signals = new EventEmitter()
  const ran: Ran = { code: -1, out: '', err: '', opened: [], collected: [], signals, exits: [] }
  const screen = (key: 'out' | 'err') => ({
    isTTY: terminal,
    columns: terminal ? 80 : 0,
    write: (text: string) => {
      ran[key] += text
    },
  })
  const io: Io = { stdin: { isTTY: terminal }, stdout: screen('out'), stderr: screen('err'), env }
  const inner = fakeSession(session)
  const all: Parts = {
    engine: async () => ({
      readBundle: async () => bundle,
      writeBundle: async () => {},
      diagnose: () => faulty,
      render,
      planText,
      traceText: (_, { from, to, port, protocol }) =>
        `from ${from} to ${to} port ${port}${protocol ? `/${protocol}` : ''}\n`,
    }),
    openSession: async (options) => {
      ran.opened.push(options)
      const collect = async (asked: CollectOptions) => {
        ran.collected.push(asked)
        return inner.collect(asked)
      }
      return { ...inner, collect }
    },
    spinner: async () => ({ text: '', start() {}, stop() {} }),
    choose: async () => 'no',
    ...parts,
  }
  const proc = {
    on: signals.on.bind(signals),
    off: signals.off.bind(signals),
    exit: (code: number) => void ran.exits.push(code),
  } as unknown as Process
  const done = main(line, io, all, proc).then((code) => Object.assign(ran, { code }))
  return { ran, done }
}

export const command = (line: string[], setting?: Setting): Promise<Ran> => start(line, setting).done
