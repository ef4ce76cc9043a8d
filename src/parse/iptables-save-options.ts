/** One option of a match or target: `! --ctstate NEW` is `{name: 'ctstate', not: true, args: ['NEW']}`. */
export interface Option {
  name: string
  not: boolean
  args: string[]
}

const SPACE = 32
const QUOTE = 34
const BACKSLASH = 92

/** Index behind the closing quote of the quoted word that starts at `at`; the text's length where it never closes. */
export function quoteEnd(text: string, at: number): number {
  let close = text.indexOf('"', at + 1)
  while (close > 0 && isEscaped(text, close, at)) close = text.indexOf('"', close + 1)
  return close < 0 ? text.length : close + 1
}

/** Whether an odd number of backslashes stands before `index`. */
function isEscaped(text: string, index: number, from: number): boolean {
  let i = index - 1
  while (i > from && text.charCodeAt(i) === BACKSLASH) i--
  return (index - i) % 2 === 0
}

/** Text of a word: without quotes, `\x` read as `x` (xtables_save_string puts a backslash before `"`, `'` and `\`). */
export function unquote(word: string): string {
  if (word.charCodeAt(0) !== QUOTE) return word
  const inner = word.slice(1, word.length > 1 && word.endsWith('"') ? -1 : undefined)
  return inner.includes('\\') ? inner.replace(/\\(.)/g, '$1') : inner
}

/** Words of a rule line, as they stand there (quotes kept). */
export function words(text: string): string[] {
  const found: string[] = []
  let i = 0
  while (i < text.length) {
    const code = text.charCodeAt(i)
    if (code === SPACE) {
      i++
      continue
    }
    const space = code === QUOTE ? quoteEnd(text, i) : text.indexOf(' ', i)
    const end = space < 0 ? text.length : space
    found.push(text.slice(i, end))
    i = end
  }
  return found
}

/**
 * Options in text such as `! --ctstate NEW --ctdir REPLY`, in order. Undefined where a word belongs to no option, or says
 * `[unsupported revision]`: then iptables itself knew a match by its name only.
 */
export function readOptions(text: string): Option[] | undefined {
  const options: Option[] = []
  let not = false
  for (const word of words(text)) {
    if (word === '!') {
      not = true
    } else if (word.startsWith('--')) {
      options.push({ name: word.slice(2), not, args: [] })
      not = false
    } else {
      const last = options.at(-1)
      if (!last || not || word === '[unsupported') return undefined
      last.args.push(unquote(word))
    }
  }
  return not ? undefined : options
}
