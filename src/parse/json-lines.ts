/** A step into a JSON document: an object key or an array index. */
export type JsonStep = string | number

/** Where a value starts: its offset, and the line (from 1) that a citation of it names. */
interface Start {
  at: number
  line: number
  cited: number
}

/**
 * Line (from 1) on which the value at a path starts in pretty-printed JSON, so that a claim about an API object can be cited.
 * Falls back to the deepest part of the path that exists; 1 for unreadable text. Each container is read once, however many of its
 * values are asked for: a list of thousands of endpoints is cited entry by entry.
 */
export function jsonLines(text: string): (path: readonly JsonStep[]) => number {
  const read = new Map<number, Map<JsonStep, Start>>()
  return (path) => {
    let place: Start = { at: 0, line: 1, cited: 1 }
    for (const step of path) {
      let children = read.get(place.at)
      if (!children) {
        children = childrenOf(text, place)
        read.set(place.at, children)
      }
      const next = children.get(step)
      if (!next) break
      place = next
    }
    return place.cited
  }
}

interface Scanner {
  text: string
  at: number
  line: number
}

/** The values of the container that starts at `place`; none where there is no container. Of a key that stands twice the first counts. */
function childrenOf(text: string, place: Start): Map<JsonStep, Start> {
  const s: Scanner = { text, at: place.at, line: place.line }
  const children = new Map<JsonStep, Start>()
  blank(s)
  const open = text[s.at]
  if (open !== '{' && open !== '[') return children
  s.at++
  for (let index = 0; ; index++) {
    blank(s)
    const c = text[s.at]
    if (c === undefined || c === '}' || c === ']') return children
    let key: JsonStep = index
    let cited: number | undefined
    if (open === '{') {
      cited = s.line
      key = string(s)
      blank(s)
      if (text[s.at] !== ':') return children
      s.at++
      blank(s)
    }
    if (!children.has(key)) children.set(key, { at: s.at, line: s.line, cited: cited ?? s.line })
    const before = s.at
    skip(s)
    blank(s)
    if (text[s.at] === ',') s.at++
    // what is no JSON does not move the scanner
    if (s.at === before) return children
  }
}

function blank(s: Scanner): void {
  for (;;) {
    const c = s.text[s.at]
    if (c === '\n') s.line++
    else if (c !== ' ' && c !== '\t' && c !== '\r') return
    s.at++
  }
}

function string(s: Scanner): string {
  const start = s.at
  s.at++
  while (s.at < s.text.length && s.text[s.at] !== '"') s.at += s.text[s.at] === '\\' ? 2 : 1
  s.at++
  try {
    return JSON.parse(s.text.slice(start, s.at)) as string
  } catch {
    return ''
  }
}

/** Moves over one value, counting lines; nesting is counted, not recursed, so depth is no danger. */
function skip(s: Scanner): void {
  let depth = 0
  for (;;) {
    blank(s)
    const c = s.text[s.at]
    if (c === undefined) return
    if (c === '"') string(s)
    else if (c === '{' || c === '[') {
      depth++
      s.at++
    } else if (c === '}' || c === ']') {
      depth--
      s.at++
    } else if (c === ',' || c === ':') {
      if (depth === 0) return
      s.at++
      continue
    } else while (s.at < s.text.length && !/[\s,\]}]/.test(s.text[s.at]!)) s.at++
    if (depth <= 0) return
  }
}
