import { failureText } from './failure.ts'
import { helpText } from './help.ts'
import { interrupts } from './interrupts.ts'
import type { Io } from './io.ts'
import { options } from './options.ts'
import type { Parts } from './parts.ts'
import { readCommandLine } from './read-command-line.ts'
import { resource } from './resource.ts'
import { run } from './run.ts'
import { version } from './version.ts'

/** What of the process a run needs beyond its streams. */
export type Process = Pick<NodeJS.Process, 'on' | 'off' | 'exit'>

/** The whole command: argv (without node and script) → exit code. Prints results on stdout and everything else on stderr; never throws. */
export async function main(argv: string[], io: Io, parts: Parts, proc: Process): Promise<number> {
  let verbosity = 0
  const fail = (error: unknown): number => {
    io.stderr.write(failureText(error, verbosity))
    return 2
  }
  try {
    const { words, flags } = await readCommandLine(argv)
    if (flags['help']) {
      io.stdout.write(helpText(io.stdout.columns || 80))
      return 0
    }
    if (flags['version']) {
      io.stdout.write(`${version}\n`)
      return 0
    }
    const read = options(resource(words), flags)
    verbosity = read.verbosity
    const stop = interrupts(
      (text) => io.stderr.write(`${text}\n`),
      (code) => proc.exit(code),
      proc,
    )
    const ended = run({ options: read, io, parts, stop }).catch((error: unknown) =>
      stop.signal.aborted ? stop.ended : fail(error),
    )
    const code = await Promise.race([ended, stop.ended])
    stop.dispose()
    return stop.signal.aborted ? stop.ended : code
  } catch (error) {
    return fail(error)
  }
}
