import { checklist } from './checklist.ts'
import type { Check, CheckFault } from './checks/check.ts'
import { checks as allChecks } from './checks/index.ts'
import type { Masked } from './facts/but-for.ts'
import { failed } from './facts/cells.ts'
import { coursesFact } from './facts/courses.ts'
import { endingsFact } from './facts/endings.ts'
import { type Facts, type KnownFacts, readFacts } from './facts/facts.ts'
import { gaps, unforeseen } from './facts/model-gap.ts'
import { unseen } from './facts/unseen.ts'
import type { Bundle, Cell, Finding, Known, Report, Verdict } from './model.ts'
import { rank, type Suspect } from './rank.ts'
import { applyChange } from './walk/change.ts'
import { OWN, type Weighed, weigh } from './weigh.ts'

/** How often the model is healed and walked again to look behind a cause for another one. */
const LAYERS = 3

/** Bundle → report. Pure and synchronous: the same bundle always gives the same report. */
export function diagnose(bundle: Bundle, checks: readonly Check[] = allChecks): Report {
  const facts = readFacts(bundle)
  const cells = 'value' in facts.cells ? facts.cells.value : []
  const suspects: (Suspect & { fault: CheckFault })[] = []
  const findings: Finding[] = []
  const weighed = weigh(facts, cells)
  const counts = new Set([...weighed.hard, ...weighed.soft].map((cell) => cell.id))
  for (const check of checks) {
    if (check.fallback) continue
    const found = judge(check, facts, counts)
    findings.push(...found.findings)
    suspects.push(...found.faults.map((fault) => ({ check: check.id, fault })))
  }
  const notSeen = unseen(facts, findings)
  let verdict = decide(facts, cells, weighed, suspects, checks, notSeen)
  for (let layer = 1; layer < LAYERS && verdict.unexplained.length > 0; layer++) {
    const more = behind(facts, verdict, suspects, checks)
    if (more.length === 0) break
    suspects.push(...more)
    for (const { check, fault } of more) {
      // what was only a remark while another cause stood before it
      const old = findings.findIndex((f) => f.check === check && f.on === fault.on && f.state === 'remark')
      findings.splice(old < 0 ? findings.length : old, old < 0 ? 0 : 1, finding(check, fault, counts))
    }
    verdict = decide(facts, cells, weighed, suspects, checks, notSeen)
  }
  const rest = unclaimed(facts, cells, counts, verdict)
  for (const check of checks.filter(({ fallback }) => fallback)) {
    const found = judge(check, rest, counts)
    findings.push(...found.findings)
    suspects.push(...found.faults.map((fault) => ({ check: check.id, fault })))
    if (found.faults.length > 0) verdict = decide(facts, cells, weighed, suspects, checks, notSeen)
  }
  const report: Report = {
    apiVersion: 'svc-debug/v1alpha1',
    kind: 'ServiceDiagnosis',
    target: bundle.target,
    verdict: { ...verdict, ...differing(facts, cells, verdict), causes: verdict.causes.map(withoutChange) },
    checklist: checklist(facts, findings, verdict, checks, weighed),
    cells,
    findings,
    unseen: notSeen,
  }
  return report
}

/** Where the walk and the probes differ: what failed and is not explained, and what came through and should not have. */
function differing(facts: KnownFacts, cells: Cell[], { unexplained }: Verdict): Pick<Verdict, 'gaps'> {
  if ('missing' in facts.courses) return {}
  const courses = facts.courses.value
  const open = new Set(unexplained)
  const left = cells.filter(({ id }) => open.has(id))
  const found = [...gaps(left, courses), ...unforeseen(cells, courses)]
  return found.length > 0 ? { gaps: found } : {}
}

/** The facts as those see them who judge last: of the failed probes only those that no cause explains. */
function unclaimed(facts: KnownFacts, cells: Cell[], counts: ReadonlySet<string>, { causes }: Verdict): KnownFacts {
  const explained = new Set(causes.flatMap((cause) => cause.explains))
  const rest = cells.filter((cell) => failed(cell) === 'none' || (counts.has(cell.id) && !explained.has(cell.id)))
  return Object.create(facts, { cells: { value: { value: rest, from: [] } } })
}

interface Judged {
  findings: Finding[]
  faults: CheckFault[]
}

/** Runs one check on the facts it needs; a missing fact or a throwing check is `unknown`, never a pass. */
function judge(check: Check, facts: KnownFacts, counts: ReadonlySet<string>): Judged {
  const given: Partial<Facts> = {}
  for (const name of check.needs) {
    const known = facts[name] as Known<unknown>
    if ('missing' in known) return { findings: [word(check, 'unknown', known.missing.text)], faults: [] }
    Object.assign(given, { [name]: known.value })
  }
  try {
    const applies = check.applies?.(given as Facts) ?? true
    if (applies !== true) return { findings: [word(check, 'not-applicable', applies)], faults: [] }
    const faults = check.run(given as Facts).map((fault) => hedged(fault, facts))
    if (faults.length === 0) return { findings: [word(check, 'pass', check.title)], faults }
    return { findings: faults.map((fault) => finding(check.id, fault, counts)), faults }
  } catch (error) {
    const says = `svc-debug's check ${check.id} failed (please report): ${(error as Error).stack ?? error}`
    return { findings: [word(check, 'unknown', says)], faults: [] }
  }
}

/** A packet's fate that hangs on which of two rule tables comes first was not read off the node. */
function hedged(fault: CheckFault, { hinged }: KnownFacts): CheckFault {
  const hangs = fault.change && 'value' in hinged && fault.explains.some((id) => hinged.value.has(id))
  if (!hangs || fault.unsure) return fault
  const unsure =
    'which of two rule tables comes first cannot be read, but the probes fail as only one order can make them'
  return { ...fault, unsure }
}

function word(check: Check, state: Finding['state'], says: string): Finding {
  return { check: check.id, on: '', state, says }
}

/** A fault that explains no failed probe which counts is a remark: it harms nobody. */
function finding(check: string, fault: CheckFault, counts: ReadonlySet<string>): Finding {
  return {
    check,
    on: fault.on,
    state: fault.explains.some((id) => counts.has(id)) ? 'fail' : 'remark',
    says: fault.says,
    fault: withoutChange(fault),
  }
}

function withoutChange<T extends object>(fault: T): T {
  const { change: _, ...rest } = fault as T & { change?: unknown }
  return rest as T
}

function decide(
  facts: KnownFacts,
  cells: Cell[],
  weighed: Weighed,
  suspects: Suspect[],
  checks: readonly Check[],
  notSeen: string[],
): Verdict {
  const service = 'value' in facts.service ? facts.service.value : undefined
  return rank({
    suspects,
    edges: new Map(checks.map((check) => [check.id, check.leadsTo ?? []])),
    ...weighed,
    subject: service ? `Service ${service.metadata.namespace}/${service.metadata.name}` : 'The Service',
    tried: cells.some((cell) => OWN.has(cell.to.kind)),
    unseen: notSeen,
  })
}

/** Heals the causes found so far in the model and asks the packet checks what the still unexplained probes meet then. */
function behind(
  facts: KnownFacts,
  verdict: Verdict,
  known: (Suspect & { fault: CheckFault })[],
  checks: readonly Check[],
): (Suspect & { fault: CheckFault })[] {
  if ('missing' in facts.world || 'missing' in facts.cells) return []
  const changes = known
    .filter(
      ({ check, fault }) =>
        fault.change && verdict.causes.some((cause) => cause.check === check && cause.on === fault.on),
    )
    .map(({ fault }) => fault.change!)
  if (changes.length === 0) return []
  const world = applyChange(facts.world.value, { change: 'several', changes })
  const open = new Set(verdict.unexplained)
  const cells = facts.cells.value
    .filter((cell) => failed(cell) === 'none' || open.has(cell.id))
    .map((cell): Masked => (open.has(cell.id) ? { ...cell, masked: true } : cell))
  const courses = coursesFact(world, cells)
  const layer: KnownFacts = Object.create(facts, {
    world: { value: { value: world, from: [] } },
    cells: { value: { value: cells, from: [] } },
    courses: { value: { value: courses, from: [] } },
    endings: { value: { value: endingsFact(cells, courses), from: [] } },
  })
  return checks
    .filter((check) => check.needs.includes('courses'))
    .flatMap((check) => judge(check, layer, open).faults.map((fault) => ({ check: check.id, fault })))
    .filter(
      ({ check, fault }) =>
        fault.change !== undefined &&
        fault.explains.length > 0 &&
        !known.some((k) => k.check === check && k.fault.on === fault.on && k.fault.explains.length > 0),
    )
}
