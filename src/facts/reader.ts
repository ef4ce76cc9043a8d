import type { Bundle, Known, Proof, Trouble } from '../model.ts'
import { type JsonStep, jsonLines } from '../parse/json-lines.ts'

/** Longest quote that a proof carries, in characters; the line itself stands in the bundle. */
const QUOTE_LIMIT = 240

/** Reads single answers out of a bundle; every fact is made with this. */
export interface Reader {
  bundle: Bundle
  /** The text of an answer, or why there is none. */
  text(path: string): Known<string>
  /** The answer parsed as JSON. */
  json<T>(path: string): Known<T>
  /** A proof for the value at `steps` in a JSON answer. */
  proofAt(path: string, ...steps: JsonStep[]): Proof
  /** A proof for a line (from 1) of a text answer. */
  proofLine(path: string, line: number): Proof
  /** Bundle paths that start with a prefix, sorted. */
  paths(prefix: string): string[]
}

/** Makes a reader over a bundle; parsed answers and their lines are kept. Answers are in the order of their paths, not of their arrival. */
export function reader(given: Bundle): Reader {
  const order = [...given.evidence].sort(([a], [b]) => (a < b ? -1 : 1))
  const bundle: Bundle = { ...given, evidence: new Map(order) }
  const parsed = new Map<string, Known<unknown>>()
  const lines = new Map<string, string[]>()
  const starts = new Map<string, ReturnType<typeof jsonLines>>()
  const text = (path: string): Known<string> => {
    const evidence = bundle.evidence.get(path)
    if (!evidence) return { missing: { kind: 'not-asked', text: `${path} was not asked for` }, from: [path] }
    if (evidence.trouble) return { missing: evidence.trouble, from: [path] }
    return { value: evidence.output, from: [path] }
  }
  const lineOf = (path: string, line: number): string => {
    let all = lines.get(path)
    if (!all) {
      all = (bundle.evidence.get(path)?.output ?? '').split('\n')
      lines.set(path, all)
    }
    return (all[line - 1] ?? '').trim().slice(0, QUOTE_LIMIT)
  }
  return {
    bundle,
    text,
    json<T>(path: string): Known<T> {
      let known = parsed.get(path)
      if (!known) {
        const raw = text(path)
        known = 'missing' in raw ? raw : parseJson(path, raw.value)
        parsed.set(path, known)
      }
      return known as Known<T>
    },
    proofAt(path, ...steps) {
      let lineAt = starts.get(path)
      if (!lineAt) {
        lineAt = jsonLines(bundle.evidence.get(path)?.output ?? '')
        starts.set(path, lineAt)
      }
      const line = lineAt(steps)
      return { path, line, quote: lineOf(path, line) }
    },
    proofLine: (path, line) => ({ path, line, quote: lineOf(path, line) }),
    paths: (prefix) => [...bundle.evidence.keys()].filter((path) => path.startsWith(prefix)),
  }
}

function parseJson(path: string, text: string): Known<unknown> {
  try {
    return { value: JSON.parse(text), from: [path] }
  } catch (error) {
    const trouble: Trouble = { kind: 'unreadable', text: `${path} is not JSON: ${(error as Error).message}` }
    return { missing: trouble, from: [path] }
  }
}

/** Applies a function to a known value; a missing one stays missing for the same reason. */
export function mapKnown<T, U>(known: Known<T>, f: (value: T) => U): Known<U> {
  return 'missing' in known ? known : { value: f(known.value), from: known.from }
}

/** The value, or a stand-in where it is missing: only for facts whose absence a check treats on its own. */
export function valueOr<T>(known: Known<T>, otherwise: T): T {
  return 'missing' in known ? otherwise : known.value
}
