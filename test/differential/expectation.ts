import type { Family } from '../../src/model.ts'
import type { Course, End } from '../../src/walk/world.ts'
import type { Fate } from './fate.ts'
import { sameAddress } from './same-address.ts'

/** ICMP type and code that a refusal shows on the wire (RFC 792, 1122, 1812, 4443), by kind and family. */
const WIRE: Record<string, [string, string]> = {
  'port-unreachable': ['3/3', '1/4'],
  'host-unreachable': ['3/1', '1/3'],
  'net-unreachable': ['3/0', '1/0'],
  'prot-unreachable': ['3/2', '1/4'],
  'proto-unreachable': ['3/2', '1/4'],
  'addr-unreachable': ['3/1', '1/3'],
  'no-route': ['3/0', '1/0'],
  'net-prohibited': ['3/9', '1/1'],
  'host-prohibited': ['3/10', '1/1'],
  'admin-prohibited': ['3/13', '1/1'],
  'adm-prohibited': ['3/13', '1/1'],
  'policy-fail': ['3/13', '1/5'],
  'reject-route': ['3/13', '1/6'],
}

/** What the sender may see for each kind of loss, besides silence. */
const LOSS: Record<string, RegExp> = {
  'no-route': /^(icmp (3\/[01]|1\/0|11\/0|3\/0)|ENETUNREACH|EHOSTUNREACH)$/,
  'unreachable-route': /^(icmp (3\/[01]|1\/[03])|EHOSTUNREACH|ENETUNREACH)$/,
  'prohibit-route': /^(icmp (3\/13|1\/1)|EACCES)$/,
  blackhole: /^EINVAL$/,
  neighbour: /^(icmp (3\/1|1\/3)|EHOSTUNREACH)$/,
  'no-address': /^(icmp (3\/1|1\/3)|EHOSTUNREACH)$/,
  bridge: /^(icmp (3\/1|1\/3)|EHOSTUNREACH)$/,
  'link-down': /^(icmp (3\/[01]|1\/[03])|EHOSTUNREACH|ENETUNREACH|ENETDOWN)$/,
  outside: /^(icmp .*|answered|rst|EHOSTUNREACH|ECONNREFUSED)$/,
  source: /^(EADDRNOTAVAIL|EINVAL)$/,
}

/** Why a course cannot be what the kernel did; undefined when it fits. `outside` are the machines beyond the nodes, by address. */
export function misfit(course: Course, fate: Fate, family: Family, outside: Map<string, string>): string | undefined {
  const { end, back } = course
  if (end.fate === 'unknown') return undefined
  const reached = reachedMisfit(end, fate, outside)
  if (reached) return reached
  const returned = back === undefined ? undefined : back.end.fate === 'delivered'
  if (back?.end.fate === 'unknown') return undefined
  const expected = senderExpected(end, returned, family)
  if (expected.some((e) => (typeof e === 'string' ? e === fate.sender : e.test(fate.sender)))) return undefined
  return `the sender saw ${fate.sender}, the walk says ${expected.join(' or ')}`
}

/** A refusal by a rule happens before the transport layer; one by a missing listener happens in it. */
function reachedMisfit(end: End, fate: Fate, outside: Map<string, string>): string | undefined {
  const { reached } = fate
  const inTransport = end.fate === 'delivered' || (end.fate === 'rejected' && end.rule === undefined)
  if (!inTransport) {
    if (!reached) return undefined
    if (end.fate === 'lost' && end.kind === 'outside' && outside.get(reached.destination) === reached.ns)
      return undefined
    return `the packet reached ${reached.ns}, the walk says ${end.fate}`
  }
  if (!reached) return `the packet reached no transport layer, the walk says ${end.fate}`
  const packet = end.packet
  if (end.fate === 'delivered') {
    const ns = (end.to.pod ?? end.to.node ?? '').replace(/^default\//, '')
    if (ns !== reached.ns) return `it reached ${reached.ns}, the walk says ${ns}`
    if (!sameAddress(end.to.ip, reached.destination) || (end.to.port ?? reached.dport) !== reached.dport)
      return `it reached ${reached.destination} port ${reached.dport}, the walk says ${end.to.ip} port ${end.to.port}`
  }
  if (packet?.source && !sameAddress(packet.source, reached.source))
    return `it came from ${reached.source}, the walk says from ${packet.source}`
  return undefined
}

/** What the sender may have seen. `returned`: whether the answer found its way back, undefined where the walk did not follow one. */
function senderExpected(end: End, returned: boolean | undefined, family: Family): (string | RegExp)[] {
  if (end.fate === 'delivered') return returned === false ? ['silent'] : ['answered']
  if (end.fate === 'rejected') {
    if (returned === false) return ['silent', ...(end.hook === 'output' ? ['EPERM'] : [])]
    if (end.with === 'rst' || end.with === 'tcp-reset') return ['rst']
    return [`icmp ${WIRE[end.with.replace(/^icmp[6x]?-/, '')]?.[family === 4 ? 0 : 1]}`]
  }
  // A local process is told at once when a hook on its way out drops the packet.
  if (end.fate === 'dropped') {
    // a device that takes nothing reads like a full queue (net_xmit_errno)
    if (end.hook === 'egress') return ['silent', 'ENOBUFS']
    return ['silent', ...(end.hook === 'output' || end.hook === 'postrouting' ? ['EPERM', 'EINVAL'] : [])]
  }
  if (end.fate === 'lost') {
    const told = LOSS[end.kind] ? [LOSS[end.kind] as RegExp] : []
    // With a way back walked, the walk has said whether the error message arrives. IPv4 sends only few of them to one peer
    // (ip_error in net/ipv4/route.c, not to be switched off in a namespace): there, silence fits as well.
    if (returned === false) return ['silent']
    return returned && family === 6 ? told : ['silent', ...told]
  }
  return []
}
