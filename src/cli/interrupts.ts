import type { Session } from '../collect/session.ts'

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'
const codes: Record<Signal, number> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

/** How a run hears that it must end. */
export interface Interrupts {
  /** Ends all waiting of the run. */
  readonly signal: AbortSignal
  /** Resolves with the exit code once interrupted and cleaned up. */
  readonly ended: Promise<number>
  /** The session whose pods are to be removed. */
  guard(session: Session): void
  /** The same as a SIGINT. */
  interrupt(): void
  dispose(): void
}

/**
 * First signal: says so at once, ends all waiting, removes the run's pods (the session bounds that). Second signal: exits
 * at once and prints the commands that remove what is left.
 */
export function interrupts(
  say: (text: string) => void,
  exit: (code: number) => void,
  on: Pick<NodeJS.Process, 'on' | 'off'>,
): Interrupts {
  const controller = new AbortController()
  const { promise: ended, resolve } = Promise.withResolvers<number>()
  let session: Session | undefined
  let count = 0

  const handle = (name: Signal): void => {
    count += 1
    const left = session?.leftovers() ?? []
    if (count > 1) {
      if (left.length > 0) say(`Not cleaned up. To remove what is left:\n${left.map((line) => `  ${line}`).join('\n')}`)
      exit(codes[name])
      return
    }
    say(
      left.length > 0
        ? 'Interrupted: removing the debug pods. Press Ctrl-C again to leave them and go.'
        : 'Interrupted.',
    )
    controller.abort()
    const closing = session?.close() ?? Promise.resolve({ deleted: [], left: [] })
    void closing
      .then((cleanup) => {
        if (cleanup.left.length > 0)
          say(
            `Could not remove everything. To remove what is left:\n${cleanup.left.map((line) => `  ${line}`).join('\n')}`,
          )
      })
      .catch((error: unknown) => say(`Could not clean up: ${(error as Error).message}`))
      .finally(() => resolve(codes[name]))
  }
  const handlers = (Object.keys(codes) as Signal[]).map((name) => [name, () => handle(name)] as const)
  for (const [name, handler] of handlers) on.on(name, handler)
  return {
    signal: controller.signal,
    ended,
    guard: (opened) => {
      session = opened
    },
    interrupt: () => handle('SIGINT'),
    dispose: () => {
      for (const [name, handler] of handlers) on.off(name, handler)
    },
  }
}
