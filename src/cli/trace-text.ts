import { readFacts } from '../facts/facts.ts'
import { type Bundle, UserError, type Vantage } from '../model.ts'
import { cleanText } from '../report/clean.ts'
import { plainSigns } from '../report/plain-signs.ts'
import type { Style } from '../report/style.ts'
import { wrap } from '../report/wrap.ts'
import { describe } from '../walk/describe.ts'
import { walk } from '../walk/walk.ts'
import type { Packet, World } from '../walk/world.ts'
import type { Trace } from './options.ts'

const next = "write --trace 'NODE ADDRESS:PORT', --trace 'pod@NODE SERVICE' or --trace 'POD POD:PORT'"

/** The way of one packet through the nodes that were read, step by step, each with its line of evidence. Throws UserError for unknown ends. */
export function traceText(bundle: Bundle, { from, to, port, protocol = 'tcp' }: Trace, style: Style): string {
  const facts = readFacts(bundle)
  if ('missing' in facts.world)
    throw new UserError(`nothing can be traced: ${facts.world.missing.text}`, 'run again with --node-probes=always')
  const world = facts.world.value
  const service = 'value' in facts.service && facts.service.value.metadata.name === to ? facts.service.value : undefined
  const destination = service?.spec.clusterIP ?? addressOf(world, to)
  if (!destination || destination === 'None') throw new UserError(`--trace knows no address of ${to}`, next)
  const dport = port ?? service?.spec.ports?.[0]?.port
  const packet: Packet = {
    family: destination.includes(':') ? 6 : 4,
    protocol: dport === undefined ? 'icmp' : protocol,
    destination,
    ...(dport === undefined ? {} : { dport }),
  }
  const courses = walk(world, vantage(world, from), packet)
  const blocks = courses.map((course, at) => {
    const share =
      courses.length > 1
        ? `Way ${at + 1} of ${courses.length}, taken by ${Math.round(course.share * 100)} % of the connections`
        : 'The way'
    return [share, ...describe(course).flatMap((line) => hanging(line, style.width))].join('\n')
  })
  const text = cleanText(`${blocks.join('\n\n')}\n`)
  return style.ascii ? plainSigns(text) : text
}

/** `NODE`: the node itself; `pod@NODE`: any pod there; else a pod, with or without its namespace. */
function vantage(world: World, from: string): Vantage {
  const node = from.replace(/^(node\/|pod@)/, '')
  if (world.nodes.has(node)) return { kind: from.startsWith('pod@') ? 'client' : 'host', node }
  const pod = podNamed(world, from)
  if (pod) return { kind: 'endpoint', node: pod.node, pod: pod.name }
  throw new UserError(
    `--trace knows no node and no pod ${from}`,
    `nodes that were read: ${[...world.nodes.keys()].join(', ') || 'none'}; ${next}`,
  )
}

function addressOf(world: World, to: string): string | undefined {
  if (/^[\d.]+$|:/.test(to)) return to
  const node = [...world.nodeAddresses].find(([, name]) => name === to)?.[0]
  return node ?? podNamed(world, to)?.addresses[0]
}

function podNamed(world: World, word: string) {
  const name = word.replace(/^pods?\//, '')
  return [...world.pods.values()].find((pod) => pod.name === name || pod.name.endsWith(`/${name}`))
}

function hanging(line: string, width: number): string[] {
  const [first = '', ...rest] = wrap(line, width - 2)
  return [`  ${first}`, ...rest.map((part) => `      ${part}`)]
}
