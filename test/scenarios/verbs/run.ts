import type { Stage, Step } from '../../cluster/scenario.ts'

/** One after the other. */
export function steps(...all: Step[]): Step {
  return async (stage) => {
    for (const step of all) await step(stage)
  }
}

/** Nothing to do. */
export const nothing: Step = async () => {}

/** A shell command on a node that has to succeed. */
export function onNode(node: string, command: string, timeout = 60_000): Step {
  return async (stage) => void (await shell(stage, node, command, timeout))
}

/** A shell command on a node that takes something back and may find it gone already (a pasted fix took it back before). */
export function undoOnNode(node: string, command: string): Step {
  return async (stage) => void (await stage.node(node, command, { timeout: 60_000 }))
}

/** The output of a shell command on a node. Throws when it fails. */
export async function shell(stage: Stage, node: string, command: string, timeout = 60_000): Promise<string> {
  const { exitCode, stdout, stderr } = await stage.node(node, command, { timeout })
  if (exitCode !== 0) throw new Error(`on ${node}: ${command}: exit ${exitCode}: ${(stderr || stdout).trim()}`)
  return stdout.trim()
}

/** A shell command in a namespace beside the nodes (`switch`, `external`) that has to succeed. */
export function inNetns(which: string, command: string): Step {
  return async (stage) => {
    const { exitCode, stderr } = await stage.netns(which, command)
    if (exitCode !== 0) throw new Error(`in ${which}: ${command}: exit ${exitCode}: ${stderr.trim()}`)
  }
}

/** As `inNetns`, for taking back what may be gone already. */
export function undoInNetns(which: string, command: string): Step {
  return async (stage) => void (await stage.netns(which, command))
}

/** Polls until `holds` returns true. Throws `what` when it does not within `seconds`. */
export async function until(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    if (await holds()) return
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** Waits for a fixed time: only where the cluster has to be seen unchanged for so long. */
export function wait(seconds: number): Step {
  return () => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}

/** Waits until a shell command on a node succeeds. */
export function nodeShows(node: string, command: string, seconds = 30): Step {
  return (stage) =>
    until(`${command} on ${node}`, seconds, async () => (await stage.node(node, command)).exitCode === 0)
}
