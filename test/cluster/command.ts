import { execa } from 'execa'

export type CommandResult = { exitCode: number; stdout: string; stderr: string }

export type CommandOptions = {
  input?: string | undefined
  /** Milliseconds until the command is killed; such a command ends with exit code 124. */
  timeout?: number | undefined
  env?: Record<string, string | undefined> | undefined
  cwd?: string | undefined
}

const DEFAULT_TIMEOUT = 60_000

/** Runs a program to its end or to its time limit and never throws: a program that cannot start ends with 127. */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const timeout = options.timeout ?? DEFAULT_TIMEOUT
  const running = execa(file, args, {
    reject: false,
    stripFinalNewline: false,
    timeout,
    forceKillAfterDelay: 1000,
    maxBuffer: 64 * 1024 * 1024,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.env ? { env: options.env } : {}),
    ...(options.cwd ? { cwd: options.cwd } : {}),
  })
  // A killed program may leave a child that keeps the output open; the time limit holds all the same.
  const giveUp = setTimeout(() => {
    running.stdout?.destroy()
    running.stderr?.destroy()
  }, timeout + 1200)
  const result = await running
  clearTimeout(giveUp)
  if (result.timedOut) {
    const limit = `${file}: no end within ${timeout / 1000} s`
    return { exitCode: 124, stdout: result.stdout, stderr: `${result.stderr}${limit}\n` }
  }
  const started = result.exitCode !== undefined || result.signal !== undefined
  const stderr = started ? result.stderr : `${result.stderr}${result.shortMessage ?? `${file}: cannot start`}\n`
  return { exitCode: result.exitCode ?? (started ? 137 : 127), stdout: result.stdout, stderr }
}

/**
 * Runs a program that has to succeed and returns its standard output.
 * Throws an Error that names `doing` and ends with the last lines the program wrote.
 */
export async function mustRun(
  doing: string,
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await runCommand(file, args, options)
  if (result.exitCode !== 0) throw new Error(failure(doing, file, result))
  return result.stdout
}

function failure(doing: string, file: string, result: CommandResult): string {
  const said = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-8).join('\n  ')
  return `${doing}: ${file} ended with ${result.exitCode}${said ? `:\n  ${said}` : ''}`
}
