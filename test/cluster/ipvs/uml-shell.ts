import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CommandResult } from '../command.ts'

const DEFAULT_TIMEOUT = 120_000

/**
 * Runs a shell command inside a node in User-mode Linux. Commands and answers are files in a directory that node and
 * machine share (`box` of the node's state directory), so no network fault is in the way. `timeout` in milliseconds;
 * programs start slowly there, so be generous.
 */
export async function runInUml(
  dir: string,
  shellCommand: string,
  options: { timeout?: number | undefined; input?: string | undefined } = {},
): Promise<CommandResult> {
  const timeout = options.timeout ?? DEFAULT_TIMEOUT
  const file = (ending: string): string => join(dir, 'box', `${id}.${ending}`)
  const id = randomUUID()
  if (options.input !== undefined) await writeFile(file('in'), options.input)
  const script = `timeout -k 2 ${timeout / 1000} bash -c ${quoted(shellCommand)}\n`
  await writeFile(file('new'), script)
  await rename(file('new'), file('sh'))
  await writeFile(join(dir, 'box', 'go'), '')
  const end = Date.now() + timeout + 5000
  let code = ''
  while (code === '' && Date.now() < end) {
    await sleep(50)
    code = await readFile(file('rc'), 'utf8').catch(() => '')
  }
  const [stdout, stderr] = await Promise.all(['out', 'err'].map((name) => readFile(file(name), 'utf8').catch(() => '')))
  await Promise.all(['in', 'sh', 'run', 'out', 'err', 'rc'].map((name) => rm(file(name), { force: true })))
  const late = code === '' ? `no answer within ${timeout / 1000} s\n` : ''
  return { exitCode: code === '' ? 124 : Number(code), stdout: stdout!, stderr: `${stderr!}${late}` }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
