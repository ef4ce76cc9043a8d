import type { Chain, Rule } from './rule.ts'

/** Consecutive lines of one chain: text offsets and the number of the first line. Dumps give one run per chain. */
export interface Run {
  start: number
  end: number
  line: number
}

const CARRIAGE_RETURN = 13

/** The line between the offsets, without a CR at its end. */
export const lineText = (text: string, start: number, end: number): string =>
  text.slice(start, end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end)

function readRuns(text: string, runs: Run[], read: (raw: string, line: number) => Rule): Rule[] {
  const rules: Rule[] = []
  for (const run of runs) {
    let { start, line } = run
    while (start < run.end && start < text.length) {
      const newline = text.indexOf('\n', start)
      const end = newline < 0 ? text.length : newline
      rules.push(read(lineText(text, start, end), line++))
      start = end + 1
    }
  }
  return rules
}

/**
 * A chain whose rules are read by `read` at the first access: one Service's path needs a dozen of a hundred thousand chains.
 * `runs` may still grow until then.
 */
export function lazyChain(
  text: string,
  name: string,
  line: number,
  runs: Run[],
  read: (raw: string, line: number) => Rule,
): Chain {
  let rules: Rule[] | undefined
  return {
    name,
    line,
    get rules() {
      rules ??= readRuns(text, runs, read)
      return rules
    },
  }
}
