const QUOTE = 34
const COMMA = 44
const BACKSLASH = 92
const OPEN = 123
const CLOSE = 125

/** A rule without comment, as nft itself orders it. */
const beforeStatements =
  /\{"rule":\{"family":"\w+","table":"[^"\\\n]+","chain":"[^"\\\n]+","handle":\d+,"expr":\[(?=\{)/y

/**
 * The JSON texts of the statements in a rule line, so that those which occur in thousands of rules are parsed once. Undefined where
 * the line is not made as nft makes the common ones (a comment, an escaped character): then it is to be parsed as a whole. The line is
 * good JSON if every text is.
 */
export function statementTexts(raw: string): string[] | undefined {
  beforeStatements.lastIndex = 0
  if (!beforeStatements.test(raw)) return undefined
  const texts: string[] = []
  const last = raw.length - 3
  for (let start = beforeStatements.lastIndex; ; ) {
    const end = objectEnd(raw, start)
    if (end === undefined) return undefined
    texts.push(raw.slice(start, end))
    if (end === last) return raw.endsWith(']}}') ? texts : undefined
    if (raw.charCodeAt(end) !== COMMA) return undefined
    start = end + 1
  }
}

/** Where the object that starts at `start` ends; undefined where none starts or ends, or a string in it has an escaped character. */
function objectEnd(raw: string, start: number): number | undefined {
  if (raw.charCodeAt(start) !== OPEN) return undefined
  let level = 0
  for (let i = start; i < raw.length; i++) {
    const code = raw.charCodeAt(i)
    if (code === QUOTE) {
      i = raw.indexOf('"', i + 1)
      if (i < 0 || raw.charCodeAt(i - 1) === BACKSLASH) return undefined
    } else if (code === OPEN) level++
    else if (code === CLOSE && --level === 0) return i + 1
  }
  return undefined
}
