import { BlockList, isIP } from 'node:net'

/**
 * The proxy that Go's HTTP transport (and so kubectl) would use for a server: $HTTPS_PROXY or $HTTP_PROXY by the server's scheme,
 * unless $NO_PROXY covers it. NO_PROXY as in golang.org/x/net/http/httpproxy: names match themselves and what ends in them, `.name`
 * only what ends in it, addresses and CIDRs by value, `*` everything, an optional port must be equal. Loopback is never proxied.
 */
export function proxyFromEnvironment(server: string, env: NodeJS.ProcessEnv): string | undefined {
  const url = new URL(server)
  const secure = url.protocol === 'https:'
  const proxy = secure ? env.HTTPS_PROXY || env.https_proxy : env.HTTP_PROXY || env.http_proxy
  if (!proxy) return undefined
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port || (secure ? '443' : '80')
  if (isLoopback(host) || isExcluded(host, port, env.NO_PROXY || env.no_proxy || '')) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function isExcluded(host: string, port: string, list: string): boolean {
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || covers(entry, host, port))
}

function covers(entry: string, host: string, port: string): boolean {
  const cidr = /^([0-9a-f.:]+)\/(\d+)$/.exec(entry)
  if (cidr) return isIP(host) !== 0 && inCidr(host, cidr[1]!, Number(cidr[2]))
  if (isIP(entry) !== 0) return entry === host
  const split = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(entry)
  const name = split?.[1] ?? entry
  if (split?.[2] !== undefined && split[2] !== port) return false
  if (isIP(host) !== 0) return name === host
  const suffix = name.startsWith('*.') ? name.slice(1) : name
  return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`)
}

function inCidr(host: string, network: string, bits: number): boolean {
  const family = isIP(network)
  if (family === 0 || family !== isIP(host) || bits > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}
