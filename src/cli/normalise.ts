import { UserError } from '../model.ts'
import { plugin } from './name.ts'
import { nearest } from './nearest.ts'

/** What the normaliser must know of a flag. */
export interface FlagShape {
  type: 'boolean' | 'option'
  char?: string
  multiple?: boolean
}

const help = `see '${plugin.usage} --help' for all flags`

/**
 * A command line as kubectl's users write it (cobra's rules) → one that oclif reads the same way: `--name=value`, then
 * `--`, then the words. oclif takes `--x=false` for true, refuses a repeated flag, and lets `multiple` swallow words.
 * Throws UserError, in cobra's words, for an unknown flag, a missing value, and a boolean that is neither true nor false.
 */
export function normalise(argv: string[], flags: Record<string, FlagShape>): string[] {
  const chars = new Map(Object.entries(flags).flatMap(([name, { char }]) => (char ? [[char, name] as const] : [])))
  const values = new Map<string, string[]>()
  const words: string[] = []
  const rest = [...argv]

  const set = (name: string, value: string): void => {
    values.set(name, flags[name]?.multiple ? [...(values.get(name) ?? []), value] : [value])
  }
  const take = (name: string, shown: string): void => {
    const value = rest.shift()
    if (value === undefined) throw new UserError(`flag needs an argument: ${shown}`, help)
    set(name, value)
  }

  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') words.push(...rest.splice(0))
    else if (word.startsWith('--')) long(word)
    else if (word.startsWith('-') && word !== '-') short(word)
    else words.push(word)
  }

  function long(word: string): void {
    const equals = word.indexOf('=')
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals)
    const flag = flags[name]
    if (!Object.hasOwn(flags, name) || !flag) {
      const near = nearest(name, Object.keys(flags))
      throw new UserError(`unknown flag: --${name}`, near ? `did you mean --${near}? ${help}` : help)
    }
    if (equals >= 0) set(name, word.slice(equals + 1))
    else if (flag.type === 'boolean') set(name, 'true')
    else take(name, `--${name}`)
  }

  function short(word: string): void {
    for (let at = 1; at < word.length; at++) {
      const char = word.charAt(at)
      const name = chars.get(char)
      if (!name) throw new UserError(`unknown shorthand flag: '${char}' in ${word}`, help)
      const after = word.slice(at + 1)
      if (flags[name]?.type === 'boolean' && !after.startsWith('=')) set(name, 'true')
      else {
        if (after === '') take(name, `'${char}' in ${word}`)
        else set(name, after.replace(/^=/, ''))
        return
      }
    }
  }

  const canonical = [...values].flatMap(([name, all]) =>
    flags[name]?.type === 'boolean'
      ? isTrue(name, all[0] ?? '')
        ? [`--${name}`]
        : []
      : all.map((value) => `--${name}=${value}`),
  )
  return [...canonical, '--', ...words]
}

/** Go's strconv.ParseBool, which cobra uses. */
function isTrue(name: string, value: string): boolean {
  if (/^(1|t|T|true|TRUE|True)$/.test(value)) return true
  if (/^(0|f|F|false|FALSE|False)$/.test(value)) return false
  throw new UserError(`invalid argument "${value}" for --${name}: it is on or off`, `use --${name} or --${name}=false`)
}
