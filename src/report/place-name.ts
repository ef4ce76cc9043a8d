import { isIPv6 } from 'node:net'
import type { Destination, Vantage } from '../model.ts'

/** From where, in words. */
export function vantageName(from: Vantage): string {
  if (from.kind === 'client') return `pod on ${from.node}`
  if (from.kind === 'host') return `node ${from.node}`
  if (from.kind === 'api') return 'status'
  return `pod ${from.pod.replace(/^[^/]*\//, '')} on ${from.node}`
}

/** Several vantages that saw the same, in one label: `pods on n1, n3`. */
export function vantageNames(froms: Vantage[]): string {
  const nodes = (kind: Vantage['kind']) => froms.filter((from) => from.kind === kind).map((from) => from.node)
  const named = (one: string, many: string, names: string[]) =>
    names.length === 0 ? [] : [`${names.length > 1 ? many : one} ${names.join(', ')}`]
  return [
    ...named('pod on', 'pods on', nodes('client')),
    ...named('node', 'nodes', nodes('host')),
    ...froms.filter((from) => from.kind === 'endpoint' || from.kind === 'api').map(vantageName),
  ].join(',\n')
}

/** To where: the kind, and the address or name with what tells it from its like. */
export function destinationName(to: Destination): { kind: string; what: string } {
  const host = to.ip && isIPv6(to.ip) && to.port !== undefined ? `[${to.ip}]` : to.ip
  const address = host === undefined ? undefined : to.port === undefined ? host : `${host}:${to.port}`
  // The usual protocol goes without saying.
  const usual = ['dns', 'dns-server', 'external-name'].includes(to.kind) ? 'udp' : 'tcp'
  const protocol = to.protocol && to.protocol !== usual && to.protocol !== 'icmp' ? `/${to.protocol}` : ''
  const parts = [to.name, address && `${address}${protocol}`, to.variant && `(${to.variant})`]
  return { kind: to.kind, what: parts.filter(Boolean).join(' ') || (to.node ?? '') }
}
