import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandResult } from '../command.ts'
import type { Lab } from '../lab.ts'
import { type NodeFacts, nodeFacts } from './node-facts.ts'

/** Something with a network state of its own that a test can break: a node, the switch, the external host. */
export type Place = {
  name: string
  isNode: boolean
  run: (script: string) => Promise<CommandResult>
}

/** Sections of the state that a mere network namespace has. */
const NETWORK_SECTIONS = ['links', 'addresses', 'routes', 'rules', 'iptables', 'ip6tables', 'nft']

const STATE_SCRIPT = readFile(join(import.meta.dirname, 'node-state.sh'), 'utf8')
const TIMEOUT = 30_000

/** All places of a lab, the nodes last. */
export function placesOf(lab: Lab): Place[] {
  const others = ['switch', 'external', ...(lab.options.external ? ['lb'] : [])]
  return [
    ...others.map((name) => ({
      name,
      isNode: false,
      run: (script: string) => lab.netns(name, script, { timeout: TIMEOUT }),
    })),
    ...lab.nodes.map((name) => ({
      name,
      isNode: true,
      run: (script: string) => lab.node(name, script, { timeout: TIMEOUT }),
    })),
  ]
}

/** Reads what a place is like now: the raw output, and the facts of it. Throws if the place does not answer. */
export async function lookAt(place: Place, pods: readonly string[]): Promise<{ output: string; facts: NodeFacts }> {
  const result = await place.run(await STATE_SCRIPT)
  if (!result.stdout.includes('@@ files')) throw new Error(`${place.name} does not tell its state: ${result.stderr}`)
  const facts = nodeFacts(result.stdout, pods)
  if (place.isNode) return { output: result.stdout, facts }
  const own = Object.entries(facts).filter(([section]) => NETWORK_SECTIONS.includes(section))
  return { output: result.stdout, facts: Object.fromEntries(own) }
}
