import type { Bundle, Question, Report } from '../../model.ts'
import { isLater } from './later.ts'

/** Firewall reloads and agents that repair themselves leave rules empty for 12 to 18 seconds (measured: firewalld, kube-proxy's canary). */
const patience = 20_000

export interface Confirmation {
  /** Asked before, to be asked again: the answers replace the first ones. Empty: nothing needs a second reading. */
  questions: Question[]
  /** Milliseconds to wait before, so that a passing state has passed. */
  wait: number
}

/**
 * What has to be read a second time before it may be named: for each cause that may repair itself, the nodes' state that proves it and
 * the probes that it explains. `now` in milliseconds since the epoch.
 */
export function confirmation(bundle: Bundle, report: Report, now: number): Confirmation {
  const passing = report.verdict.causes.filter((cause) => cause.transient)
  const nodes = new Set(
    passing.flatMap((cause) => cause.proof.flatMap(({ path }) => /^nodes\/([^/]+)\//.exec(path)?.[1] ?? [])),
  )
  // a probe that fails for no reason that can be seen is tried again, too; that needs no waiting
  const explained = new Set([...passing.flatMap((cause) => cause.explains), ...report.verdict.unexplained])
  const probes = new Set(
    report.cells.filter(({ id }) => explained.has(id)).flatMap((cell) => cell.attempts.map(({ proof }) => proof.path)),
  )
  const asked = [...bundle.evidence.values()].filter(({ question: { path } }) => {
    const node = /^nodes\/([^/]+)\//.exec(path)?.[1]
    return probes.has(path) || (node !== undefined && nodes.has(node) && !/\/(connect|dns|ping)\.txt$/.test(path))
  })
  const first = Math.min(...asked.map(({ at }) => Date.parse(at)))
  // the last reading of the endpoints has to stay the last
  const later = asked.length === 0 ? [] : [...bundle.evidence.values()].filter(({ question }) => isLater(question))
  return {
    questions: [...asked, ...later].map(({ question }) => question),
    wait: passing.length === 0 ? 0 : Math.max(0, first + patience - now),
  }
}
