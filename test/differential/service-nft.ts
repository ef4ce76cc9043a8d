import type { Family } from '../../src/model.ts'
import { plan } from './addresses.ts'
import { nftSink } from './rules-to.ts'
import type { Scene, SceneNode, SceneService } from './scene.ts'

/** Service rules of kube-proxy's nftables mode in shape, then some of them left out. */
export function addServiceNft(scene: Scene, node: SceneNode, family: Family): void {
  const to = nftSink(scene, node.name)
  const t = `${family === 4 ? 'ip' : 'ip6'} kube-proxy`
  const ip = family === 4 ? 'ip' : 'ip6'
  const addr = family === 4 ? 'ipv4_addr' : 'ipv6_addr'
  frame(t, ip, addr, family, to)
  const start = scene.rules.length
  rules(t, ip, family, to)
  for (const service of scene.services.filter((s) => s.family === family)) addService(scene, service, t, ip, to)
  to(`add element ${t} nodeport-ips { ${plan.node(family, node.n)} }`)
  if (!scene.random.chance(0.35)) return
  for (let i = scene.random.between(1, 2); i > 0; i--) {
    const at = scene.random.between(start, scene.rules.length - 1)
    const item = scene.rules[at]
    if (item && 'nft' in item && /^add (rule|element)/.test(item.nft)) scene.rules.splice(at, 1)
  }
}

function frame(t: string, ip: string, addr: string, family: Family, to: (...c: string[]) => void): void {
  const base = (name: string, type: string, hook: string, priority: number) =>
    to(`add chain ${t} ${name} { type ${type} hook ${hook} priority ${priority}; }`)
  to(`add table ${t}`)
  base('filter-prerouting', 'filter', 'prerouting', -110)
  base('filter-input', 'filter', 'input', -110)
  base('filter-forward', 'filter', 'forward', -110)
  base('filter-output', 'filter', 'output', -110)
  base('filter-output-post-dnat', 'filter', 'output', -90)
  base('nat-prerouting', 'nat', 'prerouting', -100)
  base('nat-output', 'nat', 'output', -100)
  base('nat-postrouting', 'nat', 'postrouting', 100)
  for (const c of ['services', 'mark-for-masquerade', 'masquerading', 'cluster-ips-check', 'service-endpoints-check'])
    to(`add chain ${t} ${c}`)
  for (const c of ['nodeport-endpoints-check', 'firewall-check', 'reject-chain']) to(`add chain ${t} ${c}`)
  to(`add set ${t} cluster-ips { type ${addr}; }`, `add set ${t} nodeport-ips { type ${addr}; }`)
  to(`add map ${t} service-ips { type ${addr} . inet_proto . inet_service : verdict; }`)
  to(`add map ${t} service-nodeports { type inet_proto . inet_service : verdict; }`)
  to(`add map ${t} no-endpoint-services { type ${addr} . inet_proto . inet_service : verdict; }`)
  to(`add map ${t} no-endpoint-nodeports { type inet_proto . inet_service : verdict; }`)
  to(`add map ${t} firewall-ips { type ${addr} . inet_proto . inet_service : verdict; }`)
  to(`add rule ${t} cluster-ips-check ${ip} daddr @cluster-ips reject`)
  to(`add rule ${t} cluster-ips-check ${ip} daddr ${plan.serviceNet(family)} drop`)
}

function rules(t: string, ip: string, family: Family, to: (...c: string[]) => void): void {
  const rule = (chain: string, text: string) => to(`add rule ${t} ${chain} ${text}`)
  const local = family === 4 ? 'ip daddr != 127.0.0.0/8 ' : ''
  rule('filter-prerouting', 'ct state new jump firewall-check')
  rule('filter-input', 'ct state new jump nodeport-endpoints-check')
  rule('filter-input', 'ct state new jump service-endpoints-check')
  rule('filter-forward', 'ct state new jump service-endpoints-check')
  rule('filter-forward', 'ct state new jump cluster-ips-check')
  rule('filter-output', 'ct state new jump service-endpoints-check')
  rule('filter-output', 'ct state new jump firewall-check')
  rule('filter-output-post-dnat', 'ct state new jump cluster-ips-check')
  rule('nat-prerouting', 'jump services')
  rule('nat-output', 'jump services')
  rule('nat-postrouting', 'jump masquerading')
  rule('mark-for-masquerade', 'meta mark set meta mark or 0x4000')
  rule('masquerading', 'meta mark and 0x4000 == 0 return')
  rule('masquerading', 'meta mark set meta mark xor 0x4000')
  rule('masquerading', 'masquerade fully-random')
  rule('reject-chain', 'reject')
  rule('services', `${ip} daddr . meta l4proto . th dport vmap @service-ips`)
  rule(
    'services',
    `${local}fib daddr type local ${ip} daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports`,
  )
  rule('service-endpoints-check', `${ip} daddr . meta l4proto . th dport vmap @no-endpoint-services`)
  rule('nodeport-endpoints-check', `${ip} daddr @nodeport-ips meta l4proto . th dport vmap @no-endpoint-nodeports`)
  rule('firewall-check', `${ip} daddr . meta l4proto . th dport vmap @firewall-ips`)
}

function addService(scene: Scene, service: SceneService, t: string, ip: string, to: (...c: string[]) => void): void {
  const { random } = scene
  const { family, protocol, port, nodePort, external } = service
  const id = service.name.replace('default/', '')
  const rule = (chain: string, text: string) => to(`add rule ${t} ${chain} ${text}`)
  to(`add element ${t} cluster-ips { ${service.ip} }`)
  if (service.endpoints.length === 0) {
    const verdict = random.chance(0.8) ? 'goto reject-chain' : 'drop'
    to(`add element ${t} no-endpoint-services { ${service.ip} . ${protocol} . ${port} : ${verdict} }`)
    to(`add element ${t} no-endpoint-nodeports { ${protocol} . ${nodePort} : ${verdict} }`)
    if (external) to(`add element ${t} no-endpoint-services { ${external} . ${protocol} . ${port} : ${verdict} }`)
    return
  }
  const svc = `service-${id}`
  const ext = `external-${id}`
  for (const [i] of service.endpoints.entries()) to(`add chain ${t} endpoint-${id}-${i}`)
  to(`add chain ${t} ${svc}`, `add chain ${t} ${ext}`)
  const mark = 'jump mark-for-masquerade'
  rule(svc, `${ip} daddr ${service.ip} ${protocol} dport ${port} ${ip} saddr != ${plan.allPods(family)} ${mark}`)
  const n = service.endpoints.length
  if (n > 1) scene.usesChance = true
  const how = random.weighted([
    [5, `numgen random mod ${n}`],
    [1, `numgen inc mod ${n}`],
  ])
  if (n === 1 && random.chance(0.3)) rule(svc, `goto endpoint-${id}-0`)
  else rule(svc, `${how} vmap { ${service.endpoints.map((_, i) => `${i} : goto endpoint-${id}-${i}`).join(', ')} }`)
  rule(ext, mark)
  rule(ext, `goto ${svc}`)
  for (const [i, end] of service.endpoints.entries()) {
    const address = family === 4 ? `${end.ip}:${end.port}` : `[${end.ip}]:${end.port}`
    if (random.chance(0.9)) rule(`endpoint-${id}-${i}`, `${ip} saddr ${end.ip} ${mark}`)
    rule(`endpoint-${id}-${i}`, `meta l4proto ${protocol} dnat to ${address}`)
  }
  to(`add element ${t} service-ips { ${service.ip} . ${protocol} . ${port} : goto ${svc} }`)
  if (external) to(`add element ${t} service-ips { ${external} . ${protocol} . ${port} : goto ${ext} }`)
  to(`add element ${t} service-nodeports { ${protocol} . ${nodePort} : goto ${ext} }`)
}
