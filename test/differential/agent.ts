import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What happened to one probe, as the kernel showed it. */
export interface Observed {
  /** Sockets' view of it: which namespaces' transport layers were given it, with what addresses. */
  saw: { ns: string; source: string; sport: number; destination: string; dport: number }[]
  /** Answers that came up in a namespace: handshake, reset or UDP reply. */
  answers: { ns: string; kind: 'synack' | 'rst' | 'udp'; source: string; sport: number }[]
  /** Errors, each with the destination of the packet that it speaks about. */
  icmp: { ns: string; type: number; code: number; from: string; destination: string; dport: number }[]
  /** The sender's socket: `connected`, `replied`, `timeout` or an errno name. */
  end: string
}

export interface Send {
  ns: string
  protocol: 'tcp' | 'udp'
  source?: string
  sport: number
  destination: string
  dport: number
  milliseconds: number
}

const PROGRAM_SOURCE = join(import.meta.dirname, 'agent.c')

/** Compiles the agent once per source version; needs a C compiler. */
function program(): string {
  const dir = join(tmpdir(), 'svc-debug-differential')
  const path = join(dir, `agent-${Math.floor(statSync(PROGRAM_SOURCE).mtimeMs)}`)
  if (existsSync(path)) return path
  mkdirSync(dir, { recursive: true })
  const own = `${path}.${process.pid}`
  execFileSync('cc', ['-O2', '-Wall', '-o', own, PROGRAM_SOURCE], { stdio: 'inherit' })
  renameSync(own, path)
  return path
}

/** A process that holds network namespaces, runs scripts in them and sends probes; see agent.c. Needs root. */
export class Agent {
  readonly trouble: string[] = []
  #child: ChildProcess
  #rest: Buffer = Buffer.alloc(0)
  #jobs = new Map<number, (result: { code: number; output: string }) => void>()
  #spaces = new Map<string, (path: string) => void>()
  #probes = new Map<number, { seen: Observed; done: (seen: Observed) => void }>()
  #next = 0x5d000000

  /** `processor`: agents of different numbers stay on different processors, as far as there are any. */
  constructor(processor = 0) {
    this.#child = spawn(program(), [`${processor}`], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child.stdout?.on('data', (data: Buffer) => this.#read(data))
    this.#child.on('exit', (code, signal) => {
      if (code !== 0) throw new Error(`the agent ended with ${code ?? signal}: see its words above`)
    })
  }

  /** Makes a namespace; resolves to a path by which `ip link … netns` can name it. */
  space(name: string): Promise<string> {
    return new Promise((done) => {
      this.#spaces.set(name, done)
      this.#write(`new ${name}\n`)
    })
  }

  /** Runs a shell script in a namespace; stdout and stderr come back as one text. */
  run(ns: string, script: string): Promise<{ code: number; output: string }> {
    const job = this.#next++
    return new Promise((done) => {
      this.#jobs.set(job, done)
      this.#write(`exec ${job} ${ns} ${Buffer.byteLength(script)}\n${script}`)
    })
  }

  watch(ns: string): void {
    this.#write(`watch ${ns}\n`)
  }

  listen(ns: string, protocol: string, address: string, port: number, v6only: boolean): void {
    this.#write(`listen ${ns} ${protocol} ${address} ${port}${v6only ? ' v6only' : ''}\n`)
  }

  free(names: string[]): void {
    this.#write(`free ${names.join(' ')}\n`)
  }

  /** Sends one probe and waits until its sender knows its end or the time is over. */
  send(probe: Send): Promise<Observed> {
    const id = this.#next++
    return new Promise((done) => {
      this.#probes.set(id, { seen: { saw: [], answers: [], icmp: [], end: '' }, done })
      const { ns, protocol, source, sport, destination, dport, milliseconds } = probe
      this.#write(`send ${id} ${ns} ${protocol} ${source ?? '-'} ${sport} ${destination} ${dport} ${milliseconds}\n`)
    })
  }

  close(): void {
    this.#child.stdin?.end()
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  #write(text: string): void {
    this.#child.stdin?.write(text)
  }

  #read(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data])
    let at = 0
    for (;;) {
      const end = this.#rest.indexOf(10, at)
      if (end < 0) break
      const words = this.#rest.toString('latin1', at, end).split(' ')
      if (words[0] === 'done') {
        const length = Number(words[3])
        if (this.#rest.length < end + 1 + length) break
        const output = this.#rest.toString('utf8', end + 1, end + 1 + length)
        at = end + 1 + length
        this.#jobs.get(Number(words[1]))?.({ code: Number(words[2]), output })
        this.#jobs.delete(Number(words[1]))
      } else {
        at = end + 1
        this.#event(words)
      }
    }
    this.#rest = this.#rest.subarray(at)
  }

  #event(words: string[]): void {
    const [what, id = '', ns = '', a = '', b = '', c = '', d = ''] = words
    if (what === 'trouble') this.trouble.push(words.slice(1).join(' '))
    if (what === 'space') {
      this.#spaces.get(id)?.(`/proc/${this.pid}/fd/${ns}`)
      this.#spaces.delete(id)
    }
    const probe = this.#probes.get(Number(id))
    if (!probe) return
    const { seen, done } = probe
    if (what === 'saw') seen.saw.push({ ns, source: b, sport: Number(c), destination: d, dport: Number(words[7]) })
    if (what === 'answer') seen.answers.push({ ns, kind: a as 'synack' | 'rst' | 'udp', source: b, sport: Number(c) })
    if (what === 'icmp') {
      const [destination = '', dport] = [d, Number(words[7])]
      seen.icmp.push({ ns, type: Number(a), code: Number(b), from: c, destination, dport })
    }
    if (what === 'end') {
      seen.end = ns === 'errno' ? a : ns
      this.#probes.delete(Number(id))
      done(seen)
    }
  }
}
