import * as Args from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { flags } from './flags.ts'
import { plugin } from './name.ts'
import type { FlagValues } from './options.ts'

/** What oclif read from a normalised command line. */
export interface CommandLine {
  words: string[]
  flags: FlagValues
}

/** The command for oclif: it only reads the command line; `run` of run.ts does the rest, with what tests can put in. */
export class SvcDebug extends Command {
  static override id = plugin.name
  static override flags = flags
  // One word or two (`svc web`); how many is too many is said by `resource`, in our words.
  static override strict = false
  // ignoreStdin: oclif would take a missing argument from a pipe.
  static override args = { resource: Args.string({ ignoreStdin: true, description: 'the Service' }) }

  override async run(): Promise<CommandLine> {
    const { argv, flags: read } = await this.parse(SvcDebug)
    return { words: argv as string[], flags: read as FlagValues }
  }

  /** Errors are told by `main`, in kubectl's words. */
  protected override catch(error: Error): Promise<never> {
    return Promise.reject(error)
  }
}
