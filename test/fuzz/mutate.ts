import type { Random } from './random.ts'

/** What a subject's inputs are made of: the lines of its samples, their words, and lines that belong to other parsers. */
export interface Grammar {
  lines: string[]
  words: string[]
  foreign: string[]
}

/** Words and texts that parsers tend to stumble over. */
const NASTY = [
  '__proto__',
  'hasOwnProperty',
  'constructor',
  'toString',
  'valueOf',
  'null',
  'true',
  'undefined',
  'NaN',
  'Infinity',
  '-1',
  '0',
  '00',
  '256',
  '65536',
  '4294967296',
  '9007199254740993',
  '99999999999999999999999999',
  '1e308',
  '1e999',
  '-0',
  '0x',
  '0xffffffffff',
  '255.255.255.256',
  '1.2.3.4/33',
  '::ffff:1.2.3.4',
  '::',
  ':::',
  'fe80::1%eth0',
  'fd00::1/129',
  '*',
  '[',
  ']',
  '[]',
  '{',
  '}',
  '{}',
  '"',
  '\\',
  '\\u0000',
  '%',
  '=',
  '==',
  '== ',
  ';;',
  ';; ask ',
  ';; rc 0',
  ' err=',
  'rc=',
  '#',
  '!',
  '-A ',
  'COMMIT',
  ',',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\0',
  '\ufeff',
  '\u2028',
  '\ud800',
  '💥',
  ' ',
  'a'.repeat(300),
  ' '.repeat(500),
  '9'.repeat(400),
  '['.repeat(300),
  '{"a":'.repeat(80),
  '\\'.repeat(65),
  '"'.repeat(33),
  '0.'.repeat(200),
  '::'.repeat(60),
]

/** Cuts lines into words, marks and single signs, each once. */
export function grammarOf(samples: string[], foreign: string[]): Grammar {
  const lines = samples.flatMap((text) => text.split('\n')).filter((line) => line !== '')
  const words = new Set<string>()
  for (const line of lines) for (const word of line.slice(0, 2000).match(/[\w.:%/-]+|[^\s\w]/g) ?? []) words.add(word)
  return { lines, words: [...words].slice(0, 5000), foreign }
}

/** One input: some neighbouring lines of the samples, changed in up to six places. */
export function inputOf(grammar: Grammar, random: Random): string {
  const start = random(grammar.lines.length)
  const count = 1 + random(random(12) === 0 ? 40 : 6)
  let text = grammar.lines.slice(start, start + count).join('\n')
  if (random(4) > 0) text += '\n'
  for (let changes = random(7); changes > 0; changes--) text = change(text, grammar, random)
  return text
}

function change(text: string, grammar: Grammar, random: Random): string {
  const at = random(text.length + 1)
  switch (random(14)) {
    case 0:
    case 1:
      return replaceWord(text, at, pick(grammar.words, random))
    case 2:
      return replaceWord(text, at, pick(NASTY, random))
    case 3:
      return text.slice(0, at) + pick(NASTY, random) + text.slice(at)
    case 4:
      return text.slice(0, at) + pick(grammar.words, random) + text.slice(at)
    case 5:
      return text.slice(0, at) + text.slice(at + 1 + random(random(8) === 0 ? 80 : 4))
    case 6:
      return text.slice(0, at)
    case 7:
      return `${text.slice(0, at)}${String.fromCharCode(random(random(6) === 0 ? 65536 : 128))}${text.slice(at + 1)}`
    case 8:
      return text.replace('\n', random(2) === 0 ? '' : ' ')
    case 9:
      return random(3) === 0 ? text.replaceAll('\n', '\r\n') : `${text}\n${pick(grammar.lines, random)}`
    case 10:
      return `${text.slice(0, at)}\n${pick(grammar.foreign, random)}\n${text.slice(at)}`
    case 11: {
      const lines = text.split('\n')
      lines.splice(random(lines.length), 1, pick(lines, random))
      return lines.join('\n')
    }
    case 12:
      return text.length < 4000 ? text + text : text
    default:
      return replaceWord(text, at, String(random(4294967296)))
  }
}

function replaceWord(text: string, at: number, word: string): string {
  let start = at
  let end = at
  while (start > 0 && isWord(text.charCodeAt(start - 1))) start--
  while (end < text.length && isWord(text.charCodeAt(end))) end++
  return text.slice(0, start) + word + text.slice(end)
}

function isWord(code: number): boolean {
  return (
    (code >= 48 && code <= 58) ||
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    code === 95 ||
    code === 46
  )
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[random(list.length)]!
}
