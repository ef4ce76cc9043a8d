import type { Evidence, Question, Trouble } from '../model.ts'
import type { Frames } from './frames.ts'
import { redactText } from './redact.ts'

/** Evidence without an answer. */
export function troubled(question: Question, at: string, trouble: Trouble): Evidence {
  return { question, at, output: '', trouble }
}

/** Joins questions with the frames that answer them (frame 1 is the first question's). What did not arrive is trouble. */
export function framesToEvidence(questions: readonly Question[], frames: Frames, at: string): Evidence[] {
  return questions.map((question, i) => {
    const frame = frames.frames.get(i + 1)
    if (!frame) {
      const why = frames.broken.get(i + 1)
      const text = why ? `the answer is incomplete: ${why}` : 'no answer came before the time limit'
      return troubled(question, at, { kind: why ? 'unreadable' : 'timeout', text })
    }
    const output = redactText(frame.output)
    const trouble = troubleOfExit(frame.rc, frame.err)
    return { question, at, output, ...(trouble ? { trouble } : {}) }
  })
}

/** What an exit code says: 127 no such tool, 124 and 143 ended by `timeout` (coreutils, busybox). */
function troubleOfExit(rc: number, err: string): Trouble | undefined {
  if (rc === 0) return undefined
  if (rc === 127) return { kind: 'no-tool', text: err || 'the image does not have the tool for this' }
  if (rc === 124 || rc === 143) return { kind: 'timeout', text: 'the command took too long and was ended' }
  return { kind: 'failed', text: err || `exit code ${rc}` }
}
