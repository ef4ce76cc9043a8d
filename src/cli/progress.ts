import { plainSigns } from '../report/plain-signs.ts'
import type { Style } from '../report/style.ts'
import type { Io } from './io.ts'

/** What is being done now, on stderr: a spinner for a person, a line for each step otherwise. */
export interface Progress {
  step(text: string): void
  /** Prints a line that stays. */
  note(text: string): void
  /** Takes the spinner away while something else has the terminal. */
  pause(): void
  resume(): void
  stop(): void
}

interface Spinner {
  text: string
  start(): unknown
  stop(): unknown
}
export type MakeSpinner = (text: string) => Promise<Spinner>

/** ora loops for ever on a terminal of 0 columns, and animation is noise in CI logs. */
export function animated({ stderr, env }: Io): boolean {
  return stderr.isTTY === true && (stderr.columns ?? 0) > 0 && env['CI'] === undefined && env['TERM'] !== 'dumb'
}

/** Progress on `io.stderr`. The spinner's library is loaded with the first step, not before. */
export function progress(io: Io, style: Style, makeSpinner: MakeSpinner): Progress {
  const spell = (text: string) => (style.ascii ? plainSigns(text) : text)
  if (!animated(io)) {
    let last = ''
    return {
      step(text) {
        if (text !== last) io.stderr.write(`${spell(`${text}…`)}\n`)
        last = text
      },
      note: (text) => void io.stderr.write(`${spell(text)}\n`),
      pause() {},
      resume() {},
      stop() {},
    }
  }

  let spinner: Spinner | undefined
  let loading = false
  let paused = false
  let text = ''
  const shown = () => [...spell(text)].slice(0, Math.max((io.stderr.columns ?? 80) - 4, 8)).join('')
  const show = (): void => {
    if (paused || text === '') return
    if (spinner) {
      spinner.text = shown()
      spinner.start()
    } else if (!loading) {
      loading = true
      void makeSpinner(shown()).then((made) => {
        spinner = made
        show()
      })
    }
  }
  return {
    step(next) {
      text = next
      if (spinner && !paused) spinner.text = shown()
      else show()
    },
    note(line) {
      spinner?.stop()
      io.stderr.write(`${spell(line)}\n`)
      show()
    },
    pause() {
      paused = true
      spinner?.stop()
    },
    resume() {
      paused = false
      show()
    },
    stop() {
      text = ''
      spinner?.stop()
    },
  }
}
