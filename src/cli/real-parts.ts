import type { Parts } from './parts.ts'

/** The parts that the command runs with. */
export const realParts: Parts = {
  engine: () => import('./engine.ts'),
  openSession: async (options) => (await import('./engine.ts')).openSession(options),
  spinner: async (text) => {
    const { spinner } = await import('./ui.ts')
    const color = process.env['NO_COLOR'] === undefined ? 'cyan' : false
    // discardStdin would take the terminal from prompts and credential plugins.
    return spinner({ text, color, stream: process.stderr, isEnabled: true, discardStdin: false })
  },
  choose: async (message, choices) => {
    const { select } = await import('./ui.ts')
    return select(
      { message, choices, pageSize: choices.length },
      { input: process.stdin, output: process.stderr, clearPromptOnDone: true },
    )
  },
}
