import { walk } from '../../src/walk/walk.ts'
import type { Course, End, Packet, WalkFrom, World } from '../../src/walk/world.ts'

/** A TCP packet to `to` (`ip:port`); `from` is `c1` (pod client-1), `w1` (pod web-1), `h1` (node n1) or `x1` (outside, enters at n1). */
export function courses(world: World, from: string, to: string, more: Partial<Packet> = {}): Course[] {
  const [destination = '', port] = to.split(':')
  const packet: Packet = {
    family: 4,
    protocol: 'tcp',
    destination,
    ...(port ? { dport: Number(port) } : { protocol: 'icmp' }),
    ...more,
  }
  return walk(world, vantage(from), packet)
}

function vantage(from: string): WalkFrom {
  const node = `n${from.slice(1)}`
  if (from.startsWith('h')) return { kind: 'host', node }
  if (from.startsWith('x')) return { kind: 'outside', source: '172.30.0.200', entersAt: node }
  return { kind: 'endpoint', node, pod: `default/${from.startsWith('c') ? 'client' : 'web'}-${from.slice(1)}` }
}

/** Fates of all courses in one text, with shares where there are several: `50% delivered default/web-1`. */
export function say(world: World, from: string, to: string, more: Partial<Packet> = {}): string {
  const all = courses(world, from, to, more)
  const texts = all.map((course) => {
    const share = all.length > 1 ? `${Math.round(course.share * 100)}% ` : ''
    const back = course.back && course.back.end.fate !== 'delivered' ? `, answer ${endText(course.back.end)}` : ''
    return `${share}${endText(course.end)}${back}`
  })
  return texts.join('; ')
}

function endText(end: End): string {
  switch (end.fate) {
    case 'delivered':
      return `delivered ${end.to.pod ?? end.to.node ?? end.to.ip}`
    case 'dropped':
      return `dropped at ${end.at}`
    case 'rejected':
      return `rejected at ${end.at} with ${end.with}`
    case 'lost':
      return `lost (${end.kind}) at ${end.at}`
    case 'unknown':
      return `unknown at ${end.at}`
  }
}
