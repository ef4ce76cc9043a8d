import { UserError } from '../model.ts'
import { cleanText } from '../report/clean.ts'
import { plugin } from './name.ts'

/** kubectl prints these sentences without `error:` in front. */
const kubectlSentence = /^(Error from server|Unable to connect|The connection to the server|error:)/

/**
 * What to print on stderr for an error that ended the command. The user's own mistakes get a sentence and the next step;
 * anything else is our fault and says so, with the stack where `-v 4` or more was asked for.
 */
export function failureText(error: unknown, verbosity: number): string {
  if (isUserError(error)) {
    const sentence = kubectlSentence.test(error.message) ? error.message : `error: ${error.message}`
    return cleanText(error.next ? `${sentence}\n${error.next}\n` : `${sentence}\n`)
  }
  const { message, stack, cause } = error instanceof Error ? error : new Error(String(error))
  const why = cause instanceof Error ? `${message}: ${cause.message}` : message
  const next =
    verbosity >= 4
      ? (stack ?? '')
      : `this is a defect of ${plugin.name}; run it again with -v 4 and report what it prints`
  return cleanText(`error: ${why}\n${next}\n`)
}

/** By name: the built command has one copy of the class in each chunk. */
function isUserError(error: unknown): error is UserError {
  return error instanceof UserError || (error instanceof Error && error.name === 'UserError' && 'next' in error)
}
