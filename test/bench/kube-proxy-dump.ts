import { createHash } from 'node:crypto'

const chainHash = (text: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return Array.from(createHash('sha256').update(text).digest().subarray(0, 16), (byte) => alphabet[byte % 32]).join('')
}

const address = (base: number, i: number): string => `${base}.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`

/** The i-th ClusterIP of a generated dump. */
export const clusterIp = (i: number): string => address(10, (96 << 16) + 256 + i)

const endpointIp = (service: number, endpoint: number): string =>
  address(10, (244 << 16) + ((endpoint % 4) << 14) + (service % 16000) + 2)

/**
 * What `iptables-save` prints for kube-proxy in iptables mode with `services` Services of `endpoints` endpoints each, with the
 * comments that clusters below 1000 endpoints have (the longer, hence slower text).
 */
export function iptablesDump(services: number, endpoints: number): string {
  const chains: string[] = []
  const entries: string[] = []
  const rules: string[] = []
  for (let i = 0; i < services; i++) {
    const name = `shop-${i % 40}/svc-${i}:http`
    const chain = `KUBE-SVC-${chainHash(name)}`
    const ip = clusterIp(i)
    chains.push(`:${chain} - [0:0]`)
    entries.push(
      `-A KUBE-SERVICES -d ${ip}/32 -p tcp -m comment --comment "${name} cluster IP" -m tcp --dport 80 -j ${chain}`,
    )
    rules.push(
      `-A ${chain} ! -s 10.244.0.0/16 -d ${ip}/32 -p tcp -m comment --comment "${name} cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ`,
    )
    const own: string[] = []
    for (let e = 0; e < endpoints; e++) {
      const to = `${endpointIp(i, e)}:8080`
      const sep = `KUBE-SEP-${chainHash(`${name}tcp${to}`)}`
      const left = endpoints - e
      const chance =
        left > 1
          ? ` -m statistic --mode random --probability ${(Math.floor(2147483648 / left) / 2147483648).toFixed(11)}`
          : ''
      chains.push(`:${sep} - [0:0]`)
      own.push(`-A ${chain} -m comment --comment "${name} -> ${to}"${chance} -j ${sep}`)
      rules.push(
        `-A ${sep} -s ${endpointIp(i, e)}/32 -m comment --comment "${name}" -j KUBE-MARK-MASQ`,
        `-A ${sep} -p tcp -m comment --comment "${name}" -m tcp -j DNAT --to-destination ${to}`,
      )
    }
    rules.splice(rules.length - 2 * endpoints, 0, ...own)
  }
  return [
    '*nat',
    ':PREROUTING ACCEPT [0:0]',
    ':INPUT ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':POSTROUTING ACCEPT [0:0]',
    ':KUBE-MARK-MASQ - [0:0]',
    ':KUBE-POSTROUTING - [0:0]',
    ':KUBE-SERVICES - [0:0]',
    ...chains,
    '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
    '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
    '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    ...entries,
    ...rules,
    'COMMIT',
    '',
  ].join('\n')
}

/** The same Services as kube-proxy 1.35 writes them in nftables mode, one JSON object a line. */
export function nftDump(services: number, endpoints: number): string {
  const head: string[] = []
  const chains: string[] = []
  const rules: string[] = []
  const elements: unknown[] = []
  const table = { family: 'ip', table: 'kube-proxy' }
  const rule = (chain: string, expr: unknown[]) =>
    rules.push(JSON.stringify({ rule: { ...table, chain, handle: rules.length + 9, expr } }))
  const chain = (name: string, base = {}) =>
    chains.push(JSON.stringify({ chain: { ...table, name, handle: chains.length + 1, ...base } }))
  const match = (protocol: string, field: string, right: unknown, op = '==') => ({
    match: { op, left: { payload: { protocol, field } }, right },
  })
  chain('nat-prerouting', { type: 'nat', hook: 'prerouting', prio: -100, policy: 'accept' })
  chain('services')
  rule('nat-prerouting', [{ jump: { target: 'services' } }])
  const key = [
    { payload: { protocol: 'ip', field: 'daddr' } },
    { meta: { key: 'l4proto' } },
    { payload: { protocol: 'th', field: 'dport' } },
  ]
  rule('services', [{ vmap: { key: { concat: key }, data: '@service-ips' } }])
  for (let i = 0; i < services; i++) {
    const name = `${chainHash(`svc-${i}`).slice(0, 8)}-shop-${i % 40}/svc-${i}/tcp/http`
    const ip = clusterIp(i)
    elements.push([{ concat: [ip, 'tcp', 80] }, { goto: { target: `service-${name}` } }])
    chain(`service-${name}`)
    const choices: unknown[] = []
    rule(`service-${name}`, [
      match('ip', 'daddr', ip),
      match('tcp', 'dport', 80),
      match('ip', 'saddr', { prefix: { addr: '10.244.0.0', len: 16 } }, '!='),
      { jump: { target: 'mark-for-masquerade' } },
    ])
    const own: [string, string][] = []
    for (let e = 0; e < endpoints; e++) {
      const endpoint = `endpoint-${name}__${endpointIp(i, e)}/8080`
      own.push([endpoint, endpointIp(i, e)])
      choices.push([e, { goto: { target: endpoint } }])
    }
    const numgen = { numgen: { mode: 'random', mod: endpoints, offset: 0 } }
    rule(`service-${name}`, [{ vmap: { key: numgen, data: { set: choices } } }])
    for (const [endpoint, to] of own) {
      chain(endpoint)
      rule(endpoint, [match('ip', 'saddr', to), { jump: { target: 'mark-for-masquerade' } }])
      rule(endpoint, [
        { match: { op: '==', left: { meta: { key: 'l4proto' } }, right: 'tcp' } },
        { dnat: { addr: to, port: 8080 } },
      ])
    }
  }
  head.push('{"metainfo":{"version":"1.1.1","release_name":"x","json_schema_version":1}}')
  head.push('{"table":{"family":"ip","name":"kube-proxy","handle":1}}')
  const type = ['ipv4_addr', 'inet_proto', 'inet_service']
  const map = {
    map: { family: 'ip', name: 'service-ips', table: 'kube-proxy', type, handle: 2, map: 'verdict', elem: elements },
  }
  return [...head, JSON.stringify(map), ...chains, ...rules, ''].join('\n')
}
