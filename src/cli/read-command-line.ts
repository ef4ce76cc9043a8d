import { Config } from '@oclif/core/config'
import { UserError } from '../model.ts'
import { type CommandLine, SvcDebug } from './command.ts'
import { flags } from './flags.ts'
import { plugin } from './name.ts'
import { normalise } from './normalise.ts'
import { version } from './version.ts'

/** argv (without node and script) → words and flags. Throws UserError for what cannot be read. */
export async function readCommandLine(argv: string[]): Promise<CommandLine> {
  const line = normalise(argv, flags)
  // Nothing is discovered on disk: one command, known at build time. root need not exist.
  const config = await quietShell(() =>
    Config.load({
      root: '/',
      pjson: { name: plugin.link, version, oclif: { bin: plugin.usage, dirname: plugin.link } },
      ignoreManifest: true,
      userPlugins: false,
      devPlugins: false,
    }),
  )
  return new SvcDebug(line, config).run().catch((error: Error) => {
    // What oclif itself refuses, such as a value that is the name of a flag.
    if (!('oclif' in error)) throw error
    throw new UserError(error.message.split('\n')[0] ?? '', `see '${plugin.usage} --help' for all flags`)
  })
}

/** On Windows oclif starts PowerShell to learn the name of the shell, unless SHELL names one. */
async function quietShell<T>(load: () => Promise<T>): Promise<T> {
  if (process.platform !== 'win32' || process.env['SHELL'] !== undefined) return load()
  process.env['SHELL'] = 'powershell'
  try {
    return await load()
  } finally {
    delete process.env['SHELL']
  }
}
