import { walk } from '../../src/walk/walk.ts'
import type { Course, Packet, WalkFrom, World } from '../../src/walk/world.ts'
import type { Config, Probe } from './config.ts'
import { misfit } from './expectation.ts'
import type { Fate } from './fate.ts'

export interface Judgement {
  word: 'right' | 'unknown' | 'wrong'
  /** For wrong: what differs. For unknown: which line was not understood. */
  why: string
  courses: Course[]
}

/** Who sends and who is outside, as much of a configuration as judging needs. */
export type Ends = Pick<Config, 'pods' | 'nodes' | 'outside' | 'sticky'>

/** Fewer chances than this of having missed a course in all tries count as a course that does not exist. */
const NEVER = 1e-9

/**
 * Compares the walk with what the kernel did in one or more tries of a probe: each try must fit a course, and no course of weight may
 * stay unseen in so many tries that it would have come up.
 */
export function judge(world: World, ends: Ends, probe: Probe, fates: Fate[]): Judgement {
  let courses: Course[]
  try {
    courses = walk(world, fromOf(ends, probe), packetOf(probe))
  } catch (error) {
    return { word: 'wrong', why: `the walk threw ${(error as Error).stack}`, courses: [] }
  }
  const outside = new Map(ends.outside.flatMap((o) => o.addresses.map((a) => [a, o.name] as const)))
  const unknown = courses.find((c) => c.end.fate === 'unknown' || c.back?.end.fate === 'unknown')
  for (const fate of fates) {
    const reasons = courses.map((course) => misfit(course, fate, probe.family, outside))
    if (reasons.every((reason) => reason !== undefined)) return { word: 'wrong', why: reasons.join('; or '), courses }
  }
  if (unknown) {
    const end = unknown.end.fate === 'unknown' ? unknown.end : unknown.back?.end
    return { word: 'unknown', why: end?.fate === 'unknown' ? end.why : '', courses }
  }
  for (const course of courses) {
    const seen = fates.some((fate) => misfit(course, fate, probe.family, outside) === undefined)
    // What a neighbour once found is kept: later tries need no discovery any more.
    const once = course.end.fate === 'lost' && course.end.kind === 'neighbour'
    if (!seen && !once && !ends.sticky && (1 - course.share) ** fates.length < NEVER)
      return { word: 'wrong', why: `a course of share ${course.share} never came up in ${fates.length} tries`, courses }
  }
  return { word: 'right', why: '', courses }
}

function fromOf(ends: Ends, probe: Probe): WalkFrom {
  const pod = ends.pods.find((p) => p.name === probe.from)
  if (pod) return { kind: 'endpoint', node: pod.node, pod: `default/${pod.name}` }
  if (ends.nodes.some((n) => n.name === probe.from)) return { kind: 'host', node: probe.from }
  const machine = ends.outside.find((o) => o.name === probe.from)
  const source = machine?.addresses.find((a) => a.includes(':') === (probe.family === 6)) ?? ''
  // On the nodes' own network the machine reaches each node by itself.
  const node = ends.nodes.find((n) => n.addresses.includes(probe.destination))
  return { kind: 'outside', source, entersAt: node?.name ?? machine?.hop ?? '' }
}

function packetOf(probe: Probe): Packet {
  const { family, protocol, destination, dport, source } = probe
  // A SYN has 40 bytes of TCP header and options, a UDP probe 8 bytes of data.
  const length = (family === 4 ? 20 : 40) + (protocol === 'tcp' ? 40 : 16)
  return { family, protocol, destination, dport, length, ...(source ? { source } : {}) }
}
