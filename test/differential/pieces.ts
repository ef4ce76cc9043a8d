import type { Family } from '../../src/model.ts'
import { hostLength, plan } from './addresses.ts'
import type { RestoreTool } from './config.ts'
import { drawPrefix } from './noise-match.ts'
import { iptablesSink, nftSink } from './rules-to.ts'
import type { Scene, SceneNode } from './scene.ts'

/** Rules in the shape of programs that share a node with Kubernetes, in iptables' words; one to three of them. */
export function addPiecesIptables(scene: Scene, node: SceneNode, family: Family, tool: RestoreTool): void {
  for (const piece of scene.random.some(
    [flannel, docker, firewall, policy, uncomplicated, localDns],
    scene.random.between(0, 3),
  ))
    piece(scene, node, family, tool)
}

type Piece = (scene: Scene, node: SceneNode, family: Family, tool: RestoreTool) => void

const flannel: Piece = (scene, node, family, tool) => {
  const to = iptablesSink(scene, node.name, tool)
  const pods = plan.allPods(family)
  const multicast = family === 4 ? '224.0.0.0/4' : 'ff00::/8'
  to.chain('filter', 'FLANNEL-FWD')
  to.rule('filter', '-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD')
  to.rule('filter', `-A FLANNEL-FWD -s ${pods} -j ACCEPT`)
  to.rule('filter', `-A FLANNEL-FWD -d ${pods} -j ACCEPT`)
  to.chain('nat', 'FLANNEL-POSTRTG')
  to.rule('nat', '-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG')
  to.rule('nat', '-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -j RETURN')
  to.rule('nat', `-A FLANNEL-POSTRTG -s ${plan.podNet(family, node.n)} -d ${pods} -j RETURN`)
  to.rule('nat', `-A FLANNEL-POSTRTG -s ${pods} -d ${plan.podNet(family, node.n)} -j RETURN`)
  to.rule('nat', `-A FLANNEL-POSTRTG ! -s ${pods} -d ${plan.podNet(family, node.n)} -j RETURN`)
  to.rule('nat', `-A FLANNEL-POSTRTG -s ${pods} ! -d ${multicast} -j MASQUERADE --random-fully`)
  to.rule('nat', `-A FLANNEL-POSTRTG ! -s ${pods} -d ${pods} -j MASQUERADE --random-fully`)
}

const docker: Piece = (scene, node, family, tool) => {
  const to = iptablesSink(scene, node.name, tool)
  if (scene.random.chance(0.6)) to.chain('filter', 'FORWARD', 'DROP')
  for (const c of ['DOCKER', 'DOCKER-USER', 'DOCKER-ISOLATION-STAGE-1', 'DOCKER-ISOLATION-STAGE-2'])
    to.chain('filter', c)
  to.rule('filter', '-A FORWARD -j DOCKER-USER')
  to.rule('filter', '-A FORWARD -j DOCKER-ISOLATION-STAGE-1')
  to.rule('filter', `-A FORWARD -o ${node.bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`)
  to.rule('filter', `-A FORWARD -o ${node.bridge} -j DOCKER`)
  to.rule('filter', `-A FORWARD -i ${node.bridge} ! -o ${node.bridge} -j ACCEPT`)
  to.rule('filter', `-A FORWARD -i ${node.bridge} -o ${node.bridge} -j ACCEPT`)
  to.rule('filter', `-A DOCKER-ISOLATION-STAGE-1 -i ${node.bridge} ! -o ${node.bridge} -j DOCKER-ISOLATION-STAGE-2`)
  to.rule('filter', '-A DOCKER-ISOLATION-STAGE-1 -j RETURN')
  to.rule('filter', '-A DOCKER-ISOLATION-STAGE-2 -o br-other -j DROP')
  to.rule('filter', '-A DOCKER-USER -j RETURN')
  to.rule('nat', `-A POSTROUTING -s ${plan.podNet(family, node.n)} ! -o ${node.bridge} -j MASQUERADE`)
}

const firewall: Piece = (scene, node, family, tool) => {
  const { random } = scene
  const to = iptablesSink(scene, node.name, tool)
  const end = family === 4 ? 'icmp-host-prohibited' : 'icmp6-adm-prohibited'
  for (const hook of ['INPUT', 'FORWARD']) {
    if (random.chance(0.3)) continue
    to.chain('filter', `${hook}_ZONES`)
    to.chain('filter', `${hook}_public`)
    to.rule('filter', `-A ${hook} -m conntrack --ctstate RELATED,ESTABLISHED,DNAT -j ACCEPT`)
    to.rule('filter', `-A ${hook} -i lo -j ACCEPT`)
    to.rule('filter', `-A ${hook} -j ${hook}_ZONES`)
    if (random.chance(0.5)) to.rule('filter', `-A ${hook} -m conntrack --ctstate INVALID -j DROP`)
    to.rule('filter', `-A ${hook} -j REJECT --reject-with ${end}`)
    to.rule('filter', `-A ${hook}_ZONES -i eth0 -g ${hook}_public`)
    if (random.chance(0.5)) to.rule('filter', `-A ${hook}_ZONES -i ${node.bridge} -j ACCEPT`)
    for (const port of random.some([6443, 30080, 8472, 8080], 2))
      to.rule(
        'filter',
        `-A ${hook}_public -p ${port === 8472 ? 'udp' : 'tcp'} --dport ${port} -m conntrack --ctstate NEW,UNTRACKED -j ACCEPT`,
      )
  }
}

const policy: Piece = (scene, node, family, tool) => {
  const { random } = scene
  const to = iptablesSink(scene, node.name, tool)
  const own = scene.pods.filter((p) => p.node === node)
  to.chain('filter', 'POLICY')
  to.rule('filter', '-A FORWARD -j POLICY')
  if (random.chance(0.8)) to.rule('filter', '-A POLICY -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT')
  for (const pod of random.some(own, 1)) {
    const address = `${plan.pod(family, node.n, pod.k)}/${hostLength(family)}`
    const chain = `POD-${pod.name}`
    to.chain('filter', chain)
    to.rule('filter', `-A POLICY -d ${address} -j ${chain}`)
    const friend = random.pick(scene.pods)
    to.rule(
      'filter',
      `-A ${chain} -s ${plan.pod(family, friend.node.n, friend.k)} -p tcp -m tcp --dport 8080 -j MARK --set-xmark 0x10000/0x10000`,
    )
    to.rule('filter', `-A ${chain} -m mark --mark 0x10000/0x10000 -j RETURN`)
    to.rule('filter', `-A ${chain} -j ${random.chance(0.5) ? 'DROP' : 'REJECT'}`)
  }
}

const uncomplicated: Piece = (scene, node, _family, tool) => {
  const { random } = scene
  const to = iptablesSink(scene, node.name, tool)
  if (random.chance(0.7)) to.chain('filter', 'INPUT', 'DROP')
  for (const c of ['ufw-before-input', 'ufw-user-input', 'ufw-not-local']) to.chain('filter', c)
  to.rule('filter', '-A INPUT -j ufw-before-input')
  to.rule('filter', '-A INPUT -j ufw-user-input')
  to.rule('filter', '-A ufw-before-input -i lo -j ACCEPT')
  to.rule('filter', '-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT')
  to.rule('filter', '-A ufw-before-input -m conntrack --ctstate INVALID -j DROP')
  to.rule('filter', '-A ufw-before-input -j ufw-not-local')
  to.rule('filter', '-A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN')
  to.rule('filter', '-A ufw-not-local -m addrtype --dst-type MULTICAST -j RETURN')
  // ufw's own burst is 10, which all tries of a probe together would exceed: the walk's packet is a lone one
  to.rule('filter', '-A ufw-not-local -m limit --limit 3/min --limit-burst 1000 -j DROP')
  to.rule('filter', '-A ufw-not-local -j DROP')
  if (random.chance(0.6)) to.rule('filter', '-A ufw-user-input -p tcp -m tcp --dport 6443 -j ACCEPT')
  if (random.chance(0.7)) to.rule('filter', '-A ufw-user-input -p udp -m udp --dport 8472 -j ACCEPT')
}

/** Node-local DNS cache: the address is not tracked, and let through. */
const localDns: Piece = (scene, node, family, tool) => {
  const service = scene.services.find((s) => s.family === family)
  if (!service) return
  const to = iptablesSink(scene, node.name, tool)
  const ends = `-p ${service.protocol} -m ${service.protocol}`
  const at = `${service.ip}/${hostLength(family)}`
  to.rule('raw', `-A PREROUTING -d ${at} ${ends} --dport ${service.port} -j CT --notrack`)
  to.rule('raw', `-A OUTPUT -d ${at} ${ends} --dport ${service.port} -j CT --notrack`)
  to.rule('raw', `-A OUTPUT -s ${at} ${ends} --sport ${service.port} -j CT --notrack`)
  to.rule('filter', `-A INPUT -d ${at} ${ends} --dport ${service.port} -j ACCEPT`)
}

/** Rules in nft's own words: firewalld's table, a plain host firewall. */
export function addPiecesNft(scene: Scene, node: SceneNode, family: Family): void {
  const { random } = scene
  const to = nftSink(scene, node.name)
  if (random.chance(0.35)) {
    const t = 'inet firewalld'
    to(`add table ${t}`)
    for (const hook of ['input', 'forward']) {
      if (random.chance(0.3)) continue
      to(`add chain ${t} filter_${hook} { type filter hook ${hook} priority 10; policy accept; }`)
      to(`add chain ${t} filter_${hook}_public`)
      to(`add rule ${t} filter_${hook} ct state { established, related } accept`)
      if (random.chance(0.8)) to(`add rule ${t} filter_${hook} ct status dnat accept`)
      to(`add rule ${t} filter_${hook} iifname "lo" accept`)
      if (random.chance(0.3)) to(`add rule ${t} filter_${hook} ct state invalid drop`)
      to(
        `add rule ${t} filter_${hook} iifname vmap { "eth0" : goto filter_${hook}_public, "${node.bridge}" : ${random.pick(['accept', `goto filter_${hook}_public`])} }`,
      )
      to(`add rule ${t} filter_${hook}_public udp dport { 8472, 53 } accept`)
      to(`add rule ${t} filter_${hook}_public tcp dport { 6443, 30000-32767 } accept`)
      to(`add rule ${t} filter_${hook}_public reject with icmpx admin-prohibited`)
    }
  }
  if (random.chance(0.25)) deviceChain(scene, node, family, to)
  if (random.chance(0.3)) {
    const t = 'inet filter'
    to(
      `add table ${t}`,
      `add chain ${t} input { type filter hook input priority 0; policy ${random.pick(['accept', 'drop'])}; }`,
    )
    to(
      `add chain ${t} forward { type filter hook forward priority 0; policy ${random.pick(['accept', 'accept', 'drop'])}; }`,
    )
    to(`add rule ${t} input ct state vmap { established : accept, related : accept, invalid : drop }`)
    to(`add rule ${t} input iif lo accept`, `add rule ${t} input udp dport 8472 accept`)
    to(`add rule ${t} forward ${family === 4 ? 'ip' : 'ip6'} saddr ${plan.allPods(family)} accept`)
    to(`add rule ${t} forward ct state established,related accept`)
  }
}

/**
 * A chain on a device itself, before a bridge and IP see what comes in, or behind all when it goes out. IPv6 is matched by its transport
 * only: neighbours are discovered by packets of IPv6 that pass the bridge's ports as well, which the walk leaves out.
 */
function deviceChain(scene: Scene, node: SceneNode, family: Family, to: (...commands: string[]) => void): void {
  const { random } = scene
  const dev = random.pick(node.devs)
  const hook = random.pick(['ingress', 'egress'])
  const t = hook === 'ingress' && random.chance(0.4) ? 'inet guard' : 'netdev guard'
  to(
    `add table ${t}`,
    `add chain ${t} c { type filter hook ${hook} device "${dev}" priority ${random.pick([-10, 0])}; }`,
  )
  for (let i = random.between(1, 3); i > 0; i--) {
    const match = random.pick([
      ...(family === 4 ? [`ip saddr ${drawPrefix(scene, 4)}`, `ip daddr ${drawPrefix(scene, 4)}`] : []),
      'tcp dport { 80, 8080 }',
      'tcp sport 8080',
      'udp dport 8472',
      `${hook === 'ingress' ? 'iifname' : 'oifname'} "${random.pick(node.devs)}" meta l4proto tcp`,
    ])
    to(`add rule ${t} c ${match} ${random.pick(['drop', 'drop', 'accept', 'counter'])}`)
  }
}
