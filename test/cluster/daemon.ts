import { spawn } from 'node:child_process'
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runCommand } from './command.ts'
import type { LabFiles } from './lab-files.ts'

/**
 * Starts a program that outlives this process, with its output in the lab's log directory, and notes its pid together
 * with its start time, so that a pid used anew is never taken for it. Does nothing if it runs already.
 */
export async function startDaemon(
  files: LabFiles,
  name: string,
  argv: readonly string[],
  env: Record<string, string> = {},
): Promise<number> {
  const running = await daemonPid(files, name)
  if (running !== undefined) return running
  for (const file of [files.log(name), files.pid(name)]) await mkdir(dirname(file), { recursive: true })
  const log = await open(files.log(name), 'a')
  try {
    const child = spawn(argv[0]!, argv.slice(1), {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { ...process.env, ...env },
      cwd: '/',
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (error) => reject(new Error(`Starting ${name}: ${error.message}`)))
    })
    child.unref()
    await writeFile(files.pid(name), `${child.pid} ${await startTime(child.pid!)}`)
    return child.pid!
  } finally {
    await log.close()
  }
}

/** The pid of a lab's daemon if it is alive and still the process that was started; else undefined. */
export async function daemonPid(files: LabFiles, name: string): Promise<number | undefined> {
  const [pid, started] = (await readFile(files.pid(name), 'utf8').catch(() => '')).split(' ')
  if (!pid || !started) return undefined
  return (await startTime(Number(pid))) === started ? Number(pid) : undefined
}

/**
 * Kills a lab's daemon at once with all of its session, and waits until it is gone: the processes that User-mode Linux traces would
 * outlive their tracer.
 */
export async function stopDaemon(files: LabFiles, name: string): Promise<void> {
  const pid = await daemonPid(files, name)
  if (pid !== undefined) {
    const killed = await runCommand('pkill', ['-KILL', '-s', String(pid)])
    if (killed.exitCode !== 0) process.kill(pid, 'SIGKILL')
    for (let tries = 0; tries < 100 && (await daemonPid(files, name)) !== undefined; tries++) await sleep(50)
  }
  await rm(files.pid(name), { force: true })
}

/** Field 22 of /proc/PID/stat (proc(5)); '' for no process or one that has ended and only waits to be collected. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? '' : (fields[19] ?? '')
}
