import type { Family } from '../../src/model.ts'

/** A random rule in a form that both iptables and nft can be made of. */
export interface NoiseRule {
  family: Family
  matches: Match[]
  action: Action
}

/** `not` inverts. `l4` must come before ports. */
export type Match =
  | { on: 'saddr' | 'daddr'; value: string; not: boolean }
  | { on: 'l4'; value: 'tcp' | 'udp'; not: boolean }
  | { on: 'sport' | 'dport'; protocol: 'tcp' | 'udp'; value: string; not: boolean }
  | { on: 'dports'; protocol: 'tcp' | 'udp'; values: number[]; not: boolean }
  | { on: 'iif' | 'oif'; value: string; not: boolean }
  | { on: 'mark'; value: number; mask: number; not: boolean }
  | { on: 'state'; values: string[]; not: boolean }
  | { on: 'type'; which: 'src' | 'dst'; value: string; not: boolean }
  | { on: 'set'; name: string; dirs: ('src' | 'dst')[]; not: boolean; kind: 'addr' | 'addr-port' }
  | { on: 'physin' | 'physout'; value: string; not: boolean }
  | { on: 'pkttype'; value: string; not: boolean }
  | { on: 'flags'; not: boolean }
  | { on: 'length'; low: number; high: number; not: boolean }
  | { on: 'dnat'; not: boolean }
  | { on: 'origdst'; value: string; not: boolean }
  | { on: 'chance'; probability: number }
  | { on: 'ttl'; value: number; not: boolean }
  | { on: 'ctmark'; value: number; not: boolean }
  | { on: 'range'; which: 'src' | 'dst'; low: string; high: string; not: boolean }

export type Action =
  | { do: 'accept' | 'drop' | 'return' | 'notrack' | 'nothing' }
  | { do: 'jump' | 'goto'; chain: string }
  | { do: 'reject'; with: string }
  | { do: 'mark'; value: number; mask: number }
  | { do: 'ctmark'; how: 'save' | 'restore' }
  | { do: 'dnat'; ip: string; port?: number }
  /** `ports` is a range of source ports; `random`: the port is drawn though the old one is free. */
  | { do: 'snat'; ip: string; ports?: string; random?: true }
  | { do: 'masquerade'; ports?: string; random?: true }
  | { do: 'redirect'; port: number }

const bang = (not: boolean) => (not ? '! ' : '')
const hex = (n: number) => `0x${n.toString(16)}`

/** `-A …` line of iptables-restore; undefined when iptables cannot say it. */
export function toIptables(chain: string, rule: NoiseRule): string {
  return ['-A', chain, ...rule.matches.map(iptablesMatch), iptablesAction(rule.action, rule.family)]
    .filter((part) => part !== '')
    .join(' ')
}

function iptablesMatch(m: Match): string {
  switch (m.on) {
    case 'saddr':
      return `${bang(m.not)}-s ${m.value}`
    case 'daddr':
      return `${bang(m.not)}-d ${m.value}`
    case 'l4':
      return `${bang(m.not)}-p ${m.value}`
    case 'sport':
    case 'dport':
      return `-p ${m.protocol} -m ${m.protocol} ${bang(m.not)}--${m.on} ${m.value}`
    case 'dports':
      return `-p ${m.protocol} -m multiport ${bang(m.not)}--dports ${m.values.join(',')}`
    case 'iif':
      return `${bang(m.not)}-i ${m.value.replace('*', '+')}`
    case 'oif':
      return `${bang(m.not)}-o ${m.value.replace('*', '+')}`
    case 'mark':
      return `-m mark ${bang(m.not)}--mark ${hex(m.value)}/${hex(m.mask)}`
    case 'state':
      return `-m conntrack ${bang(m.not)}--ctstate ${m.values.join(',').toUpperCase()}`
    case 'type':
      return `-m addrtype ${bang(m.not)}--${m.which}-type ${m.value.toUpperCase()}`
    case 'set':
      return `-m set ${bang(m.not)}--match-set ${m.name} ${m.dirs.join(',')}`
    case 'physin':
      return `-m physdev ${bang(m.not)}--physdev-in ${m.value.replace('*', '+')}`
    case 'physout':
      return `-m physdev ${bang(m.not)}--physdev-out ${m.value.replace('*', '+')} --physdev-is-bridged`
    case 'pkttype':
      return `-m pkttype ${bang(m.not)}--pkt-type ${m.value === 'host' ? 'unicast' : m.value}`
    case 'flags':
      return `-p tcp -m tcp ${bang(m.not)}--tcp-flags FIN,SYN,RST,ACK SYN`
    case 'length':
      return `-m length ${bang(m.not)}--length ${m.low}:${m.high}`
    case 'dnat':
      return `-m conntrack ${bang(m.not)}--ctstate DNAT`
    case 'origdst':
      return `-m conntrack ${bang(m.not)}--ctorigdst ${m.value}`
    case 'chance':
      return `-m statistic --mode random --probability ${m.probability}`
    case 'ctmark':
      return `-m connmark ${bang(m.not)}--mark ${hex(m.value)}`
    case 'range':
      return `-m iprange ${bang(m.not)}--${m.which}-range ${m.low}-${m.high}`
    case 'ttl':
      return m.not ? `-m ttl --ttl-gt ${m.value}` : `-m ttl --ttl-lt ${m.value}`
  }
}

function iptablesAction(a: Action, family: Family): string {
  switch (a.do) {
    case 'jump':
      return `-j ${a.chain}`
    case 'goto':
      return `-g ${a.chain}`
    case 'reject':
      return `-j REJECT --reject-with ${a.with}`
    case 'mark':
      return `-j MARK --set-xmark ${hex(a.value)}/${hex(a.mask)}`
    case 'ctmark':
      return `-j CONNMARK --${a.how}-mark`
    case 'dnat':
      return `-j DNAT --to-destination ${socket(a, family)}`
    case 'snat':
      return `-j SNAT --to-source ${socket({ ip: a.ip, port: a.ports }, family)}${a.random ? ' --random' : ''}`
    case 'masquerade':
      return `-j MASQUERADE${a.ports ? ` --to-ports ${a.ports}` : ''}${a.random ? ' --random-fully' : ''}`
    case 'redirect':
      return `-j REDIRECT --to-ports ${a.port}`
    case 'notrack':
      return '-j CT --notrack'
    case 'nothing':
      return ''
    default:
      return `-j ${a.do.toUpperCase()}`
  }
}

const socket = (a: { ip: string; port?: number | string | undefined }, family: Family) =>
  a.port === undefined ? a.ip : family === 4 ? `${a.ip}:${a.port}` : `[${a.ip}]:${a.port}`

/** Body of an nft rule; `inet` tables want the family named where an address is written. */
export function toNft(rule: NoiseRule, inet: boolean): string {
  const ip = rule.family === 4 ? 'ip' : 'ip6'
  return [...rule.matches.map((m) => nftMatch(m, ip)), 'counter', nftAction(rule.action, rule, inet)].join(' ').trim()
}

function nftMatch(m: Match, ip: string): string {
  const is = (not: boolean) => (not ? '!= ' : '')
  switch (m.on) {
    case 'saddr':
    case 'daddr':
      return `${ip} ${m.on} ${is(m.not)}${m.value}`
    case 'l4':
      return `meta l4proto ${is(m.not)}${m.value}`
    case 'sport':
    case 'dport':
      return `${m.protocol} ${m.on} ${is(m.not)}${m.value.replace(':', '-')}`
    case 'dports':
      return `${m.protocol} dport ${is(m.not)}{ ${m.values.join(', ')} }`
    case 'iif':
      return `iifname ${is(m.not)}"${m.value}"`
    case 'oif':
      return `oifname ${is(m.not)}"${m.value}"`
    case 'mark':
      return `meta mark & ${hex(m.mask)} ${m.not ? '!=' : '=='} ${hex(m.value & m.mask)}`
    case 'state':
      return `ct state ${is(m.not)}${m.values.length > 1 ? `{ ${m.values.join(', ')} }` : m.values[0]}`
    case 'type':
      return `fib ${m.which === 'src' ? 'saddr' : 'daddr'} type ${is(m.not)}${m.value}`
    case 'set':
      return m.kind === 'addr'
        ? `${ip} ${m.dirs[0] === 'src' ? 'saddr' : 'daddr'} ${is(m.not)}@${m.name}`
        : `${ip} daddr . meta l4proto . th dport ${is(m.not)}@${m.name}`
    case 'physin':
    case 'physout':
      return ''
    case 'pkttype':
      return `meta pkttype ${is(m.not)}${m.value === 'host' ? 'unicast' : m.value}`
    case 'flags':
      return `tcp flags & (fin | syn | rst | ack) ${m.not ? '!=' : '=='} syn`
    case 'length':
      return `meta length ${is(m.not)}${m.low}-${m.high}`
    case 'dnat':
      return m.not ? 'ct status & dnat == 0' : 'ct status dnat'
    case 'origdst':
      return `ct original ${ip} daddr ${is(m.not)}${m.value}`
    case 'chance':
      return `numgen random mod 100 < ${Math.max(1, Math.round(m.probability * 100))}`
    case 'ctmark':
      return `ct mark ${is(m.not)}${hex(m.value)}`
    case 'range':
      return `${ip} ${m.which === 'src' ? 'saddr' : 'daddr'} ${is(m.not)}${m.low}-${m.high}`
    case 'ttl':
      return ip === 'ip' ? `ip ttl ${m.not ? '>' : '<'} ${m.value}` : `ip6 hoplimit ${m.not ? '>' : '<'} ${m.value}`
  }
}

function nftAction(a: Action, rule: NoiseRule, inet: boolean): string {
  switch (a.do) {
    case 'jump':
    case 'goto':
      return `${a.do} ${a.chain}`
    case 'reject':
      if (a.with === 'tcp-reset') return 'reject with tcp reset'
      return `reject with ${rule.family === 4 ? 'icmp' : 'icmpv6'} ${a.with.replace(/^icmp6?-/, '')}`
    case 'mark':
      return `meta mark set meta mark & ${hex(~a.mask >>> 0)} ^ ${hex(a.value)}`
    case 'ctmark':
      return a.how === 'save' ? 'ct mark set meta mark' : 'meta mark set ct mark'
    case 'dnat':
    case 'snat': {
      const family = inet ? (rule.family === 4 ? 'ip ' : 'ip6 ') : ''
      const to = socket(a.do === 'dnat' ? a : { ip: a.ip, port: a.ports }, rule.family)
      return `${a.do} ${family}to ${to}${'random' in a && a.random ? ' random' : ''}`
    }
    case 'masquerade':
      return `masquerade${a.ports ? ` to :${a.ports}` : ''}${a.random ? ' fully-random' : ''}`
    case 'redirect':
      return `redirect to :${a.port}`
    case 'nothing':
      return ''
    default:
      return a.do
  }
}
