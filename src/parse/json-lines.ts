/** A step into a JSON document: an object key or an array index. */
export type JsonStep = string | number

/**
 * Line (from 1) on which the value at `path` starts in pretty-printed JSON, so that a claim about an API object can be cited.
 * Falls back to the deepest part of the path that exists; 1 for unreadable text.
 */
export function jsonLine(text: string, path: readonly JsonStep[]): number {
  const scanner = { text, at: 0, line: 1 }
  let found = 1
  for (const step of path) {
    const before = { at: scanner.at, line: scanner.line }
    if (!enter(scanner, step)) {
      scanner.at = before.at
      break
    }
    found = scanner.line
  }
  return found
}

interface Scanner {
  text: string
  at: number
  line: number
}

/** Moves the scanner to the value of `step` within the container it stands at; false where there is none. */
function enter(s: Scanner, step: JsonStep): boolean {
  blank(s)
  const open = s.text[s.at]
  if (open !== '{' && open !== '[') return false
  s.at++
  for (let index = 0; ; index++) {
    blank(s)
    const c = s.text[s.at]
    if (c === undefined || c === '}' || c === ']') return false
    let key: JsonStep = index
    const keyLine = s.line
    if (open === '{') {
      key = string(s)
      blank(s)
      if (s.text[s.at] !== ':') return false
      s.at++
      blank(s)
    }
    if (key === step) {
      if (open === '{') s.line = keyLine
      return true
    }
    skip(s)
    blank(s)
    if (s.text[s.at] === ',') s.at++
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
