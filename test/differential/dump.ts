import { nodeState } from '../../src/collect/plan/node-state.ts'
import type { Agent } from './agent.ts'
import type { Config } from './config.ts'

/** Evidence files of all nodes and pods, by bundle path. */
export type Dump = Record<string, string>

/** Files that say nothing about a packet's way, and cost time. */
const NOT_NEEDED = new Set([
  'kube-proxy.txt',
  'qdisc.jsonl',
  'netstat.txt',
  'resolv.txt',
  'hosts.txt',
  'conntrack-count.txt',
])

/** The tool splits JSON lists into lines with jq; here this process does it, which is cheaper and the same. */
const JQ = / \| jq -c '\.(\w*)\[\]'$/

const POD_FILES: [string, string][] = [
  ['sockets.txt', 'for f in tcp tcp6 udp udp6; do echo "== /proc/net/$f"; cat /proc/net/$f; done'],
  ['routes.jsonl', `ip -j -4 route show table all | jq -c '.[]'`],
  ['routes6.jsonl', `ip -j -6 route show table all | jq -c '.[]'`],
]

/** Reads every node's state with the very commands that the tool runs there, and each pod's sockets and routes; or only some files. */
export async function dump(agent: Agent, config: Config, only = /./): Promise<Dump> {
  const wanted = (file: string) => !NOT_NEEDED.has(file) && only.test(file)
  const v6 = config.pods.some((pod) => pod.addresses.some((address) => address.includes(':')))
  const parts = await Promise.all([
    ...config.nodes.map(({ name }) =>
      read(
        agent,
        name,
        `nodes/${name}`,
        nodeState([]).filter(([file]) => wanted(file)),
      ),
    ),
    ...config.pods.map(({ name }) =>
      read(
        agent,
        name,
        `pods/default/${name}`,
        POD_FILES.filter(([file]) => wanted(file) && (v6 || file !== 'routes6.jsonl')),
      ),
    ),
  ])
  return Object.assign({}, ...parts)
}

async function read(agent: Agent, ns: string, under: string, files: [string, string][]): Promise<Dump> {
  if (files.length === 0) return {}
  const script = files.map(
    ([file, run]) => `echo '@@@ ${file}'\n(${run.replace(JQ, '')}\n)\nprintf '\\n@@@ end %s\\n' $?`,
  )
  const { output } = await agent.run(ns, script.join('\n'))
  const found: Dump = {}
  for (const [file, run] of files) {
    const start = output.indexOf(`@@@ ${file}\n`) + `@@@ ${file}\n`.length
    const text = output.slice(start, output.indexOf('\n@@@ end ', start))
    const list = JQ.exec(run)
    found[`${under}/${file}`] = list ? objectsAsLines(text, list[1] ?? '') : text
  }
  return found
}

function objectsAsLines(text: string, key: string): string {
  if (text.trim() === '') return ''
  const whole = JSON.parse(text)
  const list: unknown[] = key === '' ? whole : whole[key]
  return list
    .filter((item) => Object.keys(item as object).length > 0)
    .map((item) => `${JSON.stringify(item)}\n`)
    .join('')
}
