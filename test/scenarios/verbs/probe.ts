import type { Stage, Step } from '../../cluster/scenario.ts'
import { ask } from './kubectl.ts'
import { shell, until } from './run.ts'

/** From where a client tries: the client pod on a node, a backend pod on a node, the node itself, a host outside the cluster. */
export type Where = { kind: 'pod'; node: string; app: string } | { kind: 'host'; node: string } | { kind: 'outside' }

export const pod = (node: string): Where => ({ kind: 'pod', node, app: 'client' })
export const backend = (node: string, app = 'web') => ({ kind: 'pod', node, app }) as const
export const host = (node: string): Where => ({ kind: 'host', node })
export const outside: Where = { kind: 'outside' }

/** A URL that is known only when the scenario plays. */
export type Target = (stage: Stage) => Promise<string>

export const url =
  (text: string): Target =>
  async () =>
    text

/** A Service's ClusterIP and port. */
export const clusterIp =
  (service = 'web', port = 80): Target =>
  async (stage) =>
    `http://${await ask(stage, `get service ${service} -o`, 'jsonpath={.spec.clusterIP}')}:${port}/`

/** The first running pod of an app on a node, by its own address. */
export const endpointOn =
  (node: string, port = 8080, app = 'web'): Target =>
  async (stage) => {
    const ip = await ask(
      stage,
      `get pods -l app=${app} --field-selector spec.nodeName=${node},status.phase=Running -o`,
      'jsonpath={.items[0].status.podIP}',
    )
    return `http://${ip}:${port}/`
  }

export const nodePort =
  (node: string, port = 30080): Target =>
  async (stage) =>
    `http://${stage.nodeIp(node)}:${port}/`

/** The API server as pods reach it. */
export const api = url('https://10.96.0.1/livez')

/** What one try ended in; `silent` connected and got no byte. */
export type Fate = 'ok' | 'timeout' | 'refused' | 'no-route' | 'reset' | 'silent' | 'no-name' | 'invalid' | 'other'

/** Fates of `tries` tries that start 50 ms apart, each with a connection of its own. */
export async function probe(stage: Stage, from: Where, to: Target | string, tries = 6): Promise<Fate[]> {
  const address = typeof to === 'string' ? to : await to(stage)
  const script = `i=0; while [ $i -lt ${tries} ]; do i=$((i+1)); (${attempt(address)}) & sleep 0.05; done; wait`
  const { stdout, stderr } = await run(stage, from, script)
  const fates = stdout.split('\n').filter(Boolean).map(fate)
  if (fates.length < tries) throw new Error(`probe of ${address}: ${stderr.trim() || stdout.trim()}`)
  return fates
}

/** Runs a shell script where a client sits. A pod's script sees the pod's network and files, with the tools of its image. */
export async function run(stage: Stage, from: Where, script: string) {
  if (from.kind === 'outside') return stage.netns('external', script)
  if (from.kind === 'host') return stage.node(from.node, script, { timeout: 60_000 })
  const quoted = script.replaceAll("'", `'\\''`)
  const name = await podOn(stage, from.node, from.app)
  return stage.node(from.node, `${inside(name)} -m -u sh -c '${quoted}'`, { timeout: 60_000 })
}

/** Runs a command in a pod's network with the tools and rights of its node. */
export async function inPodNetwork(stage: Stage, from: { node: string; app: string }, command: string): Promise<void> {
  await shell(stage, from.node, `${inside(await podOn(stage, from.node, from.app))} ${command}`)
}

/** Waits until a shell line succeeds where a client sits. */
export function podRuns(from: Where, line: string, seconds = 40): Step {
  return (stage) =>
    until(`${place(from)} runs ${line}`, seconds, async () => (await run(stage, from, line)).exitCode === 0)
}

async function podOn(stage: Stage, node: string, app: string): Promise<string> {
  const find = `get pods -l app=${app} --field-selector spec.nodeName=${node},status.phase=Running -o`
  return ask(stage, find, 'jsonpath={.items[0].metadata.name}')
}

/** Words that enter the network of a pod on its node: its processes know its name. Ends after `-n`. */
function inside(pod: string): string {
  const find = `grep -lz '^HOSTNAME=${pod}$' /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 | tail -1`
  return `p=$(${find}); [ "$p" ] || { echo no process of ${pod} >&2; exit 1; }; nsenter -t $p -n`
}

/** One try as one line: `R <curl's exit> <connect time> <curl's message>`, after `E <reason>` which only `-v` tells. */
function attempt(address: string): string {
  const curl = `curl -gskv -o /dev/null --noproxy '*' --connect-timeout 4 -m 6 -w '\\nRC %{exitcode} %{time_connect} %{errormsg}\\n' '${address}' 2>&1`
  return `echo $(${curl} | sed -n 's/^\\* .*connect .*fail.*: \\(.*\\)/E \\1/p;s/^RC /R /p')`
}

function fate(line: string): Fate {
  const [, reason, code, connect, message] = /^(?:E (.*?) )?R (\d+) ([\d.]+) ?(.*)$/.exec(line) ?? []
  if (code === '0') return 'ok'
  if (code === '6') return 'no-name'
  if (code === '28') return Number(connect) > 0 ? 'silent' : /resolving/i.test(message ?? '') ? 'no-name' : 'timeout'
  if (code === '52' || code === '56') return 'reset'
  if (/refused/.test(reason ?? '')) return 'refused'
  if (/No route/.test(reason ?? '')) return 'no-route'
  if (/Invalid|Permission/.test(reason ?? '')) return 'invalid'
  return 'other'
}

type Wanted = Fate | 'fails'

/**
 * Waits until all tries fail in the wanted way. A refused connection may come with time-outs (the kernel limits ICMP),
 * and no-route as well.
 */
export function sees(from: Where, to: Target, wanted: Wanted, seconds = 40): Step {
  return watch(from, to, wanted, seconds, (hits, fates) => hits > 0 && fates.every((one) => kin(one, wanted)))
}

/** Waits until at least one try ends in the wanted way. */
export function seesSome(from: Where, to: Target, wanted: Wanted, seconds = 60): Step {
  return watch(from, to, wanted, seconds, (hits) => hits > 0)
}

function watch(
  from: Where,
  to: Target,
  wanted: Wanted,
  seconds: number,
  enough: (hits: number, fates: Fate[]) => boolean,
): Step {
  return async (stage) => {
    let last: Fate[] = []
    const what = () => `${place(from)} sees ${wanted}, last seen: ${last.join(' ')}`
    try {
      await until('', seconds, async () => {
        last = await probe(stage, from, to, 8)
        return enough(last.filter((one) => one === wanted || (wanted === 'fails' && one !== 'ok')).length, last)
      })
    } catch (error) {
      throw last.length > 0 ? new Error(`not within ${seconds} s: ${what()}`) : error
    }
  }
}

function kin(fate: Fate, wanted: Wanted): boolean {
  if (wanted === 'fails') return fate !== 'ok'
  return fate === wanted || (fate === 'timeout' && (wanted === 'refused' || wanted === 'no-route'))
}

export function place(from: Where): string {
  return from.kind === 'outside' ? 'a client outside' : `${from.kind === 'pod' ? from.app : 'host'} on ${from.node}`
}
