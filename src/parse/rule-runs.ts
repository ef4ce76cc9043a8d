import type { Chain, Rule } from './rule.ts'

/** Consecutive lines of one chain: text offsets and the number of the first line. Dumps give one run per chain. */
export interface Run {
  start: number
  end: number
  line: number
  next?: Run
}

/** Where the rules of a table's chains are read from, and how. */
export interface RuleSource {
  text: string
  /** Reads the rule between the offsets of `text` (no line end in it). */
  read(start: number, end: number, line: number, chain: string): Rule
}

interface Lazy {
  read(lazy: Lazy, chain: string): Rule[]
  rules: Rule[] | undefined
  source?: RuleSource
  first?: Run | undefined
}

const LAZY = Symbol('lazy')
type LazyChain = Chain & { [LAZY]: Lazy }

const CARRIAGE_RETURN = 13

const beforeReturn = (text: string, start: number, end: number): number =>
  end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end

/** The line between the offsets, without a CR at its end. */
export const lineText = (text: string, start: number, end: number): string =>
  text.slice(start, beforeReturn(text, start, end))

function readRuns({ source, first }: Lazy, chain: string): Rule[] {
  const rules: Rule[] = []
  if (!source) return rules
  const { text } = source
  for (let run = first; run; run = run.next) {
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
    lazy.rules ??= lazy.read(lazy, this.name)
    return lazy.rules
  },
}

function chainWith(lazy: Lazy, name: string, line: number): Chain {
  const chain = { name, line, [LAZY]: lazy }
  Object.defineProperty(chain, 'rules', rulesProperty)
  return chain as LazyChain
}

/** A chain whose rules are read at the first access: one Service's path needs a dozen of a hundred thousand chains. */
export const lazyChain = (source: RuleSource, name: string, line: number): Chain =>
  chainWith({ read: readRuns, rules: undefined, source, first: undefined }, name, line)

/** The same chain with other rules, which are worked out at the first access. */
export function withLazyRules(chain: Pick<Chain, 'name' | 'line' | 'base'>, rules: () => Rule[]): Chain {
  const other = chainWith({ read: rules, rules: undefined }, chain.name, chain.line)
  if (chain.base) other.base = chain.base
  return other
}

/** Gives a chain made by `lazyChain`, whose rules were not yet asked for, more lines. */
export function addRun(chain: Chain, run: Run): void {
  const lazy = (chain as LazyChain)[LAZY]
  let last = lazy.first
  while (last?.next) last = last.next
  if (last) last.next = run
  else lazy.first = run
}
