import { ensureArtifacts } from './artifacts.ts'
import { type Command, parseCommandLine } from './cli-args.ts'
import type { CommandResult } from './command.ts'
import { takeDown } from './down.ts'
import { healthProblems } from './health.ts'
import { openLab } from './lab.ts'
import { labFiles } from './lab-files.ts'
import { resetLab } from './reset/reset.ts'
import { bringUp } from './up.ts'

const started = Date.now()
const COMMAND_TIMEOUT = 600_000

// `cluster status | head` closes the pipe early, which is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

try {
  process.exitCode = await run(parseCommandLine(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

async function run(command: Command): Promise<number> {
  switch (command.verb) {
    case 'build':
      await ensureArtifacts({ log })
      return 0
    case 'up': {
      const lab = await bringUp(command.name, command.options, log)
      log(
        `cluster ${lab.name} is ready: ${[...lab.nodes, lab.ipvsNode ?? ''].join(' ').trim()}, KUBECONFIG=${lab.kubeconfig}`,
      )
      return 0
    }
    case 'down':
      await takeDown(command.name)
      return 0
    case 'kubeconfig':
      process.stdout.write(`${(await openLab(command.name)).kubeconfig}\n`)
      return 0
    case 'status':
      return status(command.name)
    case 'reset': {
      const count = await resetLab(await openLab(command.name), log)
      log(count === 0 ? 'nothing had to be brought back' : `brought back ${count} things`)
      return 0
    }
    case 'node': {
      const lab = await openLab(command.name)
      return show(await lab.node(command.where, shellText(command.argv), { timeout: COMMAND_TIMEOUT }))
    }
    case 'netns': {
      const lab = await openLab(command.name)
      return show(await lab.netns(command.where, shellText(command.argv), { timeout: COMMAND_TIMEOUT }))
    }
  }
}

async function status(name: string): Promise<number> {
  const lab = await openLab(name)
  const problems = await healthProblems(lab)
  process.stdout.write(`cluster ${name} (${lab.options.proxyMode}), state in ${labFiles(name).root}\n`)
  process.stdout.write((await lab.kubectl(['get', 'nodes', '-o', 'wide'])).stdout)
  for (const problem of problems) process.stdout.write(`${problem}\n`)
  return problems.length === 0 ? 0 : 1
}

function show(result: CommandResult): number {
  process.stdout.write(result.stdout)
  process.stderr.write(result.stderr)
  return result.exitCode
}

/** A single argument is a shell command as it stands; several are a program and its arguments. */
function shellText(argv: readonly string[]): string {
  return argv.length === 1 ? argv[0]! : argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
}

function log(line: string): void {
  process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}\n`)
}
