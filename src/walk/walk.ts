import { contains } from '../net.ts'
import { mustBeAnswered } from './arp.ts'
import { type Choose, everyChoice } from './choices.ts'
import { Ended, type Outcome } from './ended.ts'
import { foldCourses } from './fold.ts'
import { type Journey, lost, need, nodeOf, note } from './journey.ts'
import { sendLocal } from './local-out.ts'
import { arrivalDevice, type Origin, originOf, podNamed } from './origin.ts'
import { arriveAtPod } from './pod-in.ts'
import { sendFromPod } from './pod-out.ts'
import { receive } from './receive.ts'
import { subnet } from './select-source.ts'
import { firstSkb, reversed, type Skb, tupleOf } from './skb.ts'
import { mustCarry } from './transmit.ts'
import type { Course, End, NodeState, Packet, Place, Step, WalkFrom, World } from './world.ts'

/**
 * Follows one packet from where it is sent to its end, and its answer back, as Linux would do it on the nodes of `world`. One course
 * for each way that random choices can fall; where what decides was not read or not understood, the end is `unknown`.
 */
export function walk(world: World, from: WalkFrom, packet: Packet): Course[] {
  const origin = originOf(world, from, packet)
  if ('unknown' in origin) return [{ share: 1, steps: [], end: origin.unknown }]
  const tree = everyChoice<Course>(
    (choose) => run(origin, packet, choose),
    (where) => ({
      share: 1,
      steps: [],
      end: { fate: 'unknown', ...where, why: 'more random choices than can be followed' },
    }),
  )
  return foldCourses(tree)
}

function run(origin: Origin, packet: Packet, choose: Choose): Course {
  const j: Journey = {
    world: origin.world,
    choose,
    steps: [],
    connections: [],
    origin: origin.place,
    taught: new Set(),
    hops: 0,
  }
  const skb = firstSkb(packet, origin.source)
  if (origin.source !== '') j.expected = reversed(tupleOf(skb))
  const there = direction(j, () => depart(j, origin.place, skb))
  const course: Course = { share: 1, steps: there.steps, end: there.outcome.end }
  if (skb.destination !== packet.destination || skb.dport !== packet.dport) {
    course.translatedTo = { ip: skb.destination, ...(skb.dport === undefined ? {} : { port: skb.dport }) }
  }
  const { answer } = there.outcome
  if (answer) {
    const straight = answer.straightTo === undefined ? undefined : podNamed(j.world, answer.straightTo, packet.family)
    const back = direction(j, () =>
      straight ? arriveAtPod(j, straight, answer.skb) : depart(j, answer.from, answer.skb),
    )
    course.back = { steps: back.steps, end: blameSource(origin, back.outcome.end, skb) }
  }
  return course
}

/** Walks one direction: whatever ends it is its outcome. */
function direction(j: Journey, go: () => Outcome): { steps: Step[]; outcome: Outcome } {
  j.steps = []
  j.hops = 0
  const { steps } = j
  try {
    return { steps, outcome: go() }
  } catch (thrown) {
    if (thrown instanceof Ended) return { steps, outcome: thrown.outcome }
    throw thrown
  }
}

function depart(j: Journey, place: Place, skb: Skb): Outcome {
  if (place.pod) return sendFromPod(j, place.pod, skb)
  const node = nodeOf(j, place.node, skb)
  if (place.outside === undefined) return sendLocal(j, node, skb)
  const dev = arrivalDevice(node, skb)
  if (dev === undefined) throw lost(node.name, `${node.name}/route`, 'no-route', 'no device leads outside', [], skb)
  const link = need(node, node.links, skb).find((one) => one.name === dev)
  if (link) mustCarry(node, link, skb)
  if (skb.family === 4) mustBeFoundFrom(j, node, dev, skb)
  note(j, `${node.name}/${dev}`, `from outside by ${dev}`)
  return receive(j, node, dev, skb)
}

/** A neighbour outside asks for the node's address on the wire before it can send. */
function mustBeFoundFrom(j: Journey, node: NodeState, dev: string, skb: Skb): void {
  const own = need(node, node.addresses, skb).filter((address) => address.dev === dev && address.family === 4)
  const near = own.find((address) => contains(subnet(address), skb.source))
  if (!near) return
  const target = own.find((address) => address.address === skb.destination) ?? near
  mustBeAnswered(j, node, dev, target.address, skb.source, `${node.name}/${dev}`, skb)
}

/** An answer that has no way to an address that the asker's place does not own died of the wrong source, not of a missing route. */
function blameSource(origin: Origin, end: End, skb: Skb): End {
  if (end.fate !== 'lost' || origin.place.outside !== undefined) return end
  if (end.kind !== 'no-route' && end.kind !== 'outside' && end.kind !== 'no-address') return end
  return origin.owns(skb.source)
    ? end
    : { ...end, kind: 'source', by: `${end.by} (the packet came from ${skb.source})` }
}
