import type { Family } from '../../src/model.ts'
import { hostLength, plan } from './addresses.ts'
import type { RestoreTool } from './config.ts'
import { type IptablesSink, iptablesSink } from './rules-to.ts'
import type { Scene, SceneNode, SceneService } from './scene.ts'

/** Service rules of kube-proxy's iptables mode in shape, then some of them left out, as seen on broken nodes. */
export function addServiceIptables(scene: Scene, node: SceneNode, family: Family, tool: RestoreTool): void {
  const to = iptablesSink(scene, node.name, tool)
  const start = scene.rules.length
  frame(scene, family, to)
  for (const service of scene.services.filter((s) => s.family === family)) addService(scene, node, service, to)
  to.rule('nat', '-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS')
  if (!scene.random.chance(0.35)) return
  for (let i = scene.random.between(1, 2); i > 0; i--) {
    const at = scene.random.between(start, scene.rules.length - 1)
    const item = scene.rules[at]
    if (item && 'rule' in item && item.rule.startsWith('-A')) scene.rules.splice(at, 1)
  }
}

function frame(scene: Scene, family: Family, to: IptablesSink): void {
  const { random } = scene
  for (const c of ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ']) to.chain('nat', c)
  for (const c of ['KUBE-FORWARD', 'KUBE-SERVICES', 'KUBE-FIREWALL', 'KUBE-NODEPORTS', 'KUBE-EXTERNAL-SERVICES'])
    to.chain('filter', c)
  to.rule('nat', '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES')
  to.rule('nat', '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES')
  to.rule('nat', '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING')
  to.rule('nat', '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN')
  to.rule('nat', '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0')
  to.rule('nat', `-A KUBE-POSTROUTING -j MASQUERADE${random.chance(0.7) ? ' --random-fully' : ''}`)
  to.rule('nat', '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000')
  const only = '-m conntrack --ctstate NEW'
  to.rule('filter', `-A INPUT ${only} -m comment --comment "kubernetes externally-visible" -j KUBE-EXTERNAL-SERVICES`)
  to.rule('filter', '-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS')
  to.rule('filter', `-A FORWARD ${only} -j KUBE-SERVICES`)
  to.rule('filter', `-A FORWARD ${only} -j KUBE-EXTERNAL-SERVICES`)
  to.rule('filter', '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD')
  to.rule('filter', `-A OUTPUT ${only} -j KUBE-SERVICES`)
  if (family === 4) {
    to.rule('filter', '-A INPUT -j KUBE-FIREWALL')
    to.rule('filter', '-A OUTPUT -j KUBE-FIREWALL')
    const local = '! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections"'
    to.rule('filter', `-A KUBE-FIREWALL ${local} -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP`)
  }
  if (random.chance(0.5)) to.rule('filter', '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP')
  to.rule('filter', '-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT')
  to.rule('filter', '-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT')
}

function addService(scene: Scene, node: SceneNode, service: SceneService, to: IptablesSink): void {
  const { random } = scene
  const { family, protocol, ip, port, nodePort, external } = service
  const id = service.name.replace('default/', '').toUpperCase() + (family === 6 ? 'V6' : '')
  const host = (address: string) => `${address}/${hostLength(family)}`
  const at = (address: string, p: number) => `-d ${host(address)} -p ${protocol} -m ${protocol} --dport ${p}`
  const says = `-m comment --comment "${service.name}:http"`
  if (service.endpoints.length === 0) {
    const verdict = random.chance(0.8)
      ? 'REJECT --reject-with ' + (family === 4 ? 'icmp' : 'icmp6') + '-port-unreachable'
      : 'DROP'
    to.rule(
      'filter',
      `-A KUBE-SERVICES ${at(ip, port)} -m comment --comment "${service.name} has no endpoints" -j ${verdict}`,
    )
    const local = `-m addrtype --dst-type LOCAL -p ${protocol} -m ${protocol} --dport ${nodePort}`
    to.rule('filter', `-A KUBE-EXTERNAL-SERVICES ${local} -j ${verdict}`)
    if (external) to.rule('filter', `-A KUBE-EXTERNAL-SERVICES ${at(external, port)} -j ${verdict}`)
    return
  }
  const svc = `KUBE-SVC-${id}`
  const ext = `KUBE-EXT-${id}`
  to.chain('nat', svc)
  to.chain('nat', ext)
  to.rule('nat', `-A KUBE-SERVICES ${at(ip, port)} ${says} -j ${svc}`)
  if (external) to.rule('nat', `-A KUBE-SERVICES ${at(external, port)} ${says} -j ${ext}`)
  to.rule('nat', `-A KUBE-NODEPORTS -p ${protocol} -m ${protocol} --dport ${nodePort} ${says} -j ${ext}`)
  const localOnly = random.chance(0.2)
  const local = service.endpoints.filter((e) => e.node === node.name)
  if (localOnly) {
    const svl = `KUBE-SVL-${id}`
    to.chain('nat', svl)
    to.rule('nat', `-A ${ext} -s ${plan.allPods(family)} -j ${svc}`)
    to.rule('nat', `-A ${ext} -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ`)
    to.rule('nat', `-A ${ext} -m addrtype --src-type LOCAL -j ${svc}`)
    to.rule('nat', `-A ${ext} -j ${svl}`)
    cascade(scene, svl, id, service, local, to)
  } else {
    to.rule('nat', `-A ${ext} -m comment --comment "masquerade traffic" -j KUBE-MARK-MASQ`)
    to.rule('nat', `-A ${ext} -j ${svc}`)
  }
  if (random.chance(0.9))
    to.rule('nat', `-A ${svc} ! -s ${plan.allPods(family)} ${at(ip, port)} ${says} -j KUBE-MARK-MASQ`)
  const affinity = random.chance(0.15)
  if (affinity) scene.sticky = true
  if (affinity)
    for (const i of service.endpoints.keys())
      to.rule(
        'nat',
        `-A ${svc} ${says} -m recent --name KUBE-SEP-${id}${i} --rcheck --seconds 10800 --reap -j KUBE-SEP-${id}${i}`,
      )
  cascade(scene, svc, id, service, service.endpoints, to)
  for (const [i, end] of service.endpoints.entries()) {
    const sep = `KUBE-SEP-${id}${i}`
    to.chain('nat', sep)
    const address = family === 4 ? `${end.ip}:${end.port}` : `[${end.ip}]:${end.port}`
    if (random.chance(0.9)) to.rule('nat', `-A ${sep} -s ${host(end.ip)} ${says} -j KUBE-MARK-MASQ`)
    const remember = affinity ? ` -m recent --name ${sep} --set` : ''
    to.rule('nat', `-A ${sep} -p ${protocol} ${says}${remember} -m ${protocol} -j DNAT --to-destination ${address}`)
  }
}

/** kube-proxy's statistic cascade: each of n endpoints gets 1/n. */
function cascade(
  scene: Scene,
  chain: string,
  id: string,
  service: SceneService,
  endpoints: SceneService['endpoints'],
  to: IptablesSink,
): void {
  if (endpoints.length > 1) scene.usesChance = true
  for (const [i, end] of endpoints.entries()) {
    const left = endpoints.length - i
    const share = left > 1 ? `-m statistic --mode random --probability ${(1 / left).toFixed(11)} ` : ''
    to.rule(
      'nat',
      `-A ${chain} -m comment --comment "${service.name}:http" ${share}-j KUBE-SEP-${id}${service.endpoints.indexOf(end)}`,
    )
  }
}
