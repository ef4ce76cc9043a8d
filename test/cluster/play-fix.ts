import type { Cause, Report } from '../../src/model.ts'
import { everyNode } from './play-stage.ts'
import type { Tool } from './play-tool.ts'
import type { Stage } from './scenario.ts'

/**
 * Pastes what the report prints as the fix, cause by cause: kubectl lines where kubectl works, all others on the node that
 * the cause names. Returns the lines that failed, each with what it said.
 */
export async function pasteFixes(tool: Tool, stage: Stage, report: Report): Promise<string[]> {
  const wrong: string[] = []
  for (const cause of report.verdict.causes) {
    const lines = (cause.fix ?? []).filter((line) => !line.startsWith('#'))
    if (lines.length === 0) wrong.push(`${cause.check} on ${cause.on} prints no command`)
    for (const line of lines) wrong.push(...(await paste(tool, stage, cause, line)))
  }
  return wrong
}

async function paste(tool: Tool, stage: Stage, cause: Cause, line: string): Promise<string[]> {
  const where = place(stage, cause, line)
  if (where === undefined) return [`no node in "${cause.on}" to run: ${line}`]
  const result =
    where === 'kubectl' ? await tool.paste(stage, line) : await stage.node(where, line, { timeout: 60_000 })
  return result.exitCode === 0 ? [] : [`${line}: exit ${result.exitCode}: ${(result.stderr || result.stdout).trim()}`]
}

/** `kubectl`, a node's name, or undefined where a node's command comes with a cause that names no node. */
function place(stage: Stage, cause: Cause, line: string): string | undefined {
  if (/(^|\|\s*)kubectl /.test(line)) return 'kubectl'
  return everyNode(stage).find((node) => cause.on.split(/[\s,;:()]+/).includes(node))
}
