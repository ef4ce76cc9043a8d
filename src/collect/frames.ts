import { gunzipSync } from 'node:zlib'

/** One job's result. */
export interface Frame {
  /** From 1. */
  index: number
  rc: number
  output: string
  /** End of stderr, on one line. */
  err: string
}

export interface Frames {
  frames: Map<number, Frame>
  /** Frames that began and did not arrive whole. */
  broken: Map<number, string>
  /** The runner came to its end. */
  done: boolean
}

/**
 * Reads a runner's frames out of a pod's log. Strict: a frame counts only if its size is what its head says and its end follows; what
 * was cut, rotated away or mixed up is `broken`.
 */
export function readFrames(log: Buffer, boundary: string): Frames {
  const frames = new Map<number, Frame>()
  const broken = new Map<number, string>()
  let at = 0
  while (true) {
    const head = findLine(log, `${boundary} begin `, at)
    if (head === undefined) break
    const match = /^(\d+) rc=(\d*) bytes=(\d+) form=(raw|gzip) err=(.*)$/s.exec(head.rest)
    at = head.next
    if (!match) continue
    const index = Number(match[1])
    const bytes = Number(match[3])
    const end = Buffer.from(`\n${boundary} end ${index}\n`)
    const stop = match[4] === 'raw' ? at + bytes : log.indexOf(end, at)
    if (stop < 0 || stop > log.length || !log.subarray(stop, stop + end.length).equals(end)) {
      broken.set(index, `the log ends in the middle of it (${log.length - at} of ${bytes} bytes)`)
      continue
    }
    const body = unpack(log.subarray(at, stop), match[4] === 'gzip')
    if (body?.length === bytes) {
      frames.set(index, {
        index,
        rc: match[2] === '' ? 1 : Number(match[2]),
        output: body.toString('utf8'),
        err: match[5]!.trim(),
      })
    } else broken.set(index, `it unpacks to ${body?.length ?? 'no'} bytes, not ${bytes}`)
    at = stop + 1
  }
  return { frames, broken, done: findLine(log, `${boundary} done`, at > 0 ? at - 1 : 0) !== undefined }
}

/** Reads what `insideCommand` prints: frames without sizes. */
export function readInsideFrames(output: Buffer, boundary: string): Frames {
  const frames = new Map<number, Frame>()
  const broken = new Map<number, string>()
  const text = output.toString('utf8')
  for (const match of text.matchAll(new RegExp(`^${boundary} begin (\\d+)\\n`, 'gm'))) {
    const index = Number(match[1])
    const from = match.index + match[0].length
    const end = new RegExp(`\\n${boundary} end ${index} rc=(\\d+)\\n`, 'g')
    end.lastIndex = from
    const found = end.exec(text)
    if (found) frames.set(index, { index, rc: Number(found[1]), output: text.slice(from, found.index), err: '' })
    else broken.set(index, 'the connection ended in the middle of it')
  }
  return { frames, broken, done: text.includes(`\n${boundary} done\n`) }
}

function unpack(body: Buffer, packed: boolean): Buffer | undefined {
  if (!packed) return body
  try {
    return gunzipSync(Buffer.from(body.toString('latin1'), 'base64'))
  } catch {
    return undefined
  }
}

/** The next line that starts with `prefix`, from `at`; `rest` is what follows the prefix. */
function findLine(log: Buffer, prefix: string, at: number): { rest: string; next: number } | undefined {
  for (let from = log.indexOf(prefix, at); from >= 0; from = log.indexOf(prefix, from + 1)) {
    if (from > 0 && log[from - 1] !== 10) continue
    const end = log.indexOf(10, from)
    if (end < 0) return undefined
    return { rest: log.subarray(from + prefix.length, end).toString('utf8'), next: end + 1 }
  }
  return undefined
}
