import type { Chain, Rule } from './rule.ts'

/** Consecutive lines of one chain: text offsets and the number of the first line. Dumps give one run per chain. */
export interface Run {
  start: number
  end: number
  line: number
  next: Run | undefined
}

/** Where the rules of a table's chains are read from, and how. */
export interface RuleSource {
  text: string
  /** Reads the rule between the offsets of `text` (no line end in it). */
  read(start: number, end: number, line: number, chain: string): Rule
}

/** A chain's first run, its rules once they were asked for, and where from. One object, since there may be a hundred thousand. */
interface Lazy extends Run {
  source: RuleSource | (() => Rule[])
  rules: Rule[] | undefined
  last: Run | undefined
}

const LAZY = Symbol('lazy')
type LazyChain = Chain & { [LAZY]: Lazy }

const CARRIAGE_RETURN = 13

const beforeReturn = (text: string, start: number, end: number): number =>
  end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end

/** The line between the offsets, without a CR at its end. */
export const lineText = (text: string, start: number, end: number): string =>
  text.slice(start, beforeReturn(text, start, end))

function readRuns(source: RuleSource, first: Run, chain: string): Rule[] {
  const rules: Rule[] = []
  const { text } = source
  for (let run: Run | undefined = first; run; run = run.next) {
    let { start, line } = run
    while (start < run.end && start < text.length) {
      const newline = text.indexOf('\n', start)
      const end = newline < 0 ? text.length : newline
      rules.push(source.read(start, beforeReturn(text, start, end), line++, chain))
      start = end + 1
    }
  }
  return rules
}

// One getter for all chains: a closure for each would give each of a hundred thousand chains a hidden class of its own.
const rulesProperty: PropertyDescriptor & ThisType<LazyChain> = {
  enumerable: true,
  configurable: true,
  get() {
    const lazy = this[LAZY]
    const { source } = lazy
    lazy.rules ??= typeof source === 'function' ? source() : readRuns(source, lazy, this.name)
    return lazy.rules
  },
}

function chainOf(source: Lazy['source'], name: string, line: number): Chain {
  const lazy: Lazy = { source, rules: undefined, start: 0, end: 0, line: 0, next: undefined, last: undefined }
  const chain = { name, line, [LAZY]: lazy }
  Object.defineProperty(chain, 'rules', rulesProperty)
  return chain as LazyChain
}

/** A chain whose rules are read at the first access: one Service's path needs a dozen of a hundred thousand chains. */
export const lazyChain = (source: RuleSource, name: string, line: number): Chain => chainOf(source, name, line)

/** The same chain with other rules, which are worked out at the first access. */
export function withLazyRules(chain: Pick<Chain, 'name' | 'line' | 'base'>, rules: () => Rule[]): Chain {
  const other = chainOf(rules, chain.name, chain.line)
  if (chain.base) other.base = chain.base
  return other
}

/**
 * Gives a chain made by `lazyChain`, whose rules were not yet asked for, more lines. The run may be made longer as long as lines
 * follow.
 */
export function addRun(chain: Chain, start: number, end: number, line: number): Run {
  const lazy = (chain as LazyChain)[LAZY]
  if (!lazy.last) {
    lazy.start = start
    lazy.end = end
    lazy.line = line
    lazy.last = lazy
    return lazy
  }
  const run: Run = { start, end, line, next: undefined }
  lazy.last.next = run
  lazy.last = run
  return run
}
