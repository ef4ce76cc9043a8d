import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifacts } from '../artifacts.ts'
import { type CommandResult, runCommand } from '../command.ts'
import { daemonPid } from '../daemon.ts'
import type { LabFiles } from '../lab-files.ts'

export type NodeCommandOptions = { timeout?: number | undefined; input?: string | undefined }

const DEFAULT_TIMEOUT = 60_000

/** Programs that exist inside every node before those of the machine. */
export const NODE_BIN = join(import.meta.dirname, 'bin')

/**
 * Runs a program in all namespaces of a node, as root. The time limit (milliseconds) ends it inside the node, too.
 * A node that is not running answers with exit code 125.
 */
export async function runInNode(
  files: LabFiles,
  artifacts: Artifacts,
  node: string,
  argv: readonly string[],
  options: NodeCommandOptions = {},
): Promise<CommandResult> {
  const init = await nodeInit(files, node)
  if (init === undefined)
    return { exitCode: 125, stdout: '', stderr: `${node} is not running: see \`cluster status\`\n` }
  const timeout = options.timeout ?? DEFAULT_TIMEOUT
  const path = `${NODE_BIN}:${artifacts.kubeDir}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`
  const enter = ['-t', String(init), '-m', '-u', '-i', '-n', '-p', '--']
  const environment = ['env', '-i', `PATH=${path}`, 'HOME=/root', 'LANG=C.UTF-8', 'TERM=dumb']
  const limited = ['timeout', '-k', '2', String(timeout / 1000), ...argv]
  // The outer limit is for what the inner one cannot end, such as a background process that keeps the output open.
  return runCommand('nsenter', [...enter, ...environment, ...limited], { ...options, timeout: timeout + 4000 })
}

/** The machine's pid of a node's PID 1; undefined if the node is not running. */
export async function nodeInit(files: LabFiles, node: string): Promise<number | undefined> {
  const parent = await daemonPid(files, node)
  if (parent === undefined) return undefined
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8').catch(() => '')
  const first = Number(children.trim().split(' ')[0])
  return first > 0 ? first : undefined
}
