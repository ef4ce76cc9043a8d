import { leftovers } from './play-leftovers.ts'
import type { Tool } from './play-tool.ts'
import type { Scenario, Stage } from './scenario.ts'

const MOMENTS = [1, 3, 6]
const GRACE = 15

/** Interrupts the command at several moments. Returns what was wrong: exit code, or objects of ours after fifteen seconds. */
export async function interruptions(stage: Stage, tool: Tool, scenario: Scenario): Promise<string[]> {
  const wrong: string[] = []
  for (const seconds of MOMENTS) {
    const { exitCode, seconds: took } = await tool.interrupted(stage, scenario, seconds)
    const ended = took < seconds
    if (!ended && exitCode !== 130) wrong.push(`Ctrl-C after ${seconds} s: exit code ${exitCode}, not 130`)
    for (const line of await leftovers(stage, GRACE)) wrong.push(`Ctrl-C after ${seconds} s: ${line}`)
  }
  return wrong
}
