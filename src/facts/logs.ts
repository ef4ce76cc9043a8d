import type { Known, Proof } from '../model.ts'
import type { Reader } from './reader.ts'

/** The tail of one container's log. */
export interface LogFact {
  namespace: string
  pod: string
  previous: boolean
  path: string
  lines: string[]
  /** The last line that matches, as a proof. */
  last(pattern: RegExp): Proof | undefined
}

/** All log tails in the bundle (`logs/<namespace>/<pod>[.previous].txt`). */
export function logsFact(r: Reader): Known<LogFact[]> {
  const logs = r.paths('logs/').flatMap((path): LogFact[] => {
    const text = r.text(path)
    if ('missing' in text) return []
    const [, namespace = '', file = ''] = path.split('/')
    const lines = text.value.split('\n')
    return [
      {
        namespace,
        pod: file.replace(/(\.previous)?\.txt$/, ''),
        previous: file.endsWith('.previous.txt'),
        path,
        lines,
        last(pattern) {
          const at = lines.findLastIndex((line) => pattern.test(line))
          return at < 0 ? undefined : r.proofLine(path, at + 1)
        },
      },
    ]
  })
  return { value: logs, from: logs.map((log) => log.path) }
}
