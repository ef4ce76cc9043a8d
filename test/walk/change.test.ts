import assert from 'node:assert/strict'
import { parseIptablesSave } from '../../src/parse/iptables-save.ts'
import { applyChange } from '../../src/walk/change.ts'
import type { Change, World } from '../../src/walk/world.ts'
import { KUBE_PROXY, lab, type NodeLab, vtepMac } from './lab.ts'
import { say } from './say.ts'

/** Fate before and after a change on n1, and that the first world stayed as it was. */
function healed(n1: NodeLab, change: Change, to = '10.244.2.5:8080', from = 'c1'): [string, string] {
  const world = lab({ n1 })
  const before = say(world, from, to)
  const after = say(applyChange(world, change), from, to)
  assert.equal(say(world, from, to), before, 'the world that was given is unchanged')
  return [before, after]
}

const node = 'n1'
const ARRIVES = 'delivered default/web-2'

describe('a change of the world', () => {
  it('takes a rule away, or a policy', () => {
    const path = 'nodes/n1/iptables-nft.txt'
    const rule = '*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -p tcp -j DROP\nCOMMIT\n'
    assert.deepEqual(healed({ iptables: rule }, { change: 'delete-rule', node, path, line: 3 }), [
      'dropped at n1/filter/FORWARD',
      ARRIVES,
    ])
    const policy = '*filter\n:FORWARD DROP [0:0]\nCOMMIT\n'
    const change: Change = { change: 'set-policy', node, path, chain: 'FORWARD', line: 2, policy: 'accept' }
    assert.deepEqual(healed({ iptables: policy }, change), ['dropped at n1/filter/FORWARD', ARRIVES])
  })

  it('sets a sysctl, and with ip_forward that of every device', () => {
    const sysctls = {
      'net/ipv4/ip_forward': '0',
      'net/ipv4/conf/cni0/forwarding': '0',
      'net/ipv4/conf/flannel.1/forwarding': '0',
    }
    const change: Change = { change: 'set-sysctl', node, key: 'net/ipv4/ip_forward', value: '1' }
    assert.deepEqual(healed({ sysctls }, change), ['dropped at n1/route', ARRIVES])
  })

  it('adds and deletes routes', () => {
    const route = {
      family: 4 as const,
      type: 'unicast' as const,
      destination: '10.244.2.0/24',
      table: 'main',
      dev: 'flannel.1',
      gateway: '10.244.2.0',
      metric: 0,
      flags: ['onlink'],
    }
    assert.deepEqual(healed({ without: ['10.244.2.0/24'] }, { change: 'add-route', node, route }), [
      'lost (outside) at n1/eth0',
      ARRIVES,
    ])
    const trap = [{ type: 'blackhole', dst: '10.244.2.0/25', flags: [] }]
    assert.deepEqual(
      healed({ routes: trap }, { change: 'delete-route', node, line: 1, path: 'nodes/n1/routes.jsonl' }),
      ['lost (blackhole) at n1/route', ARRIVES],
    )
  })

  it('puts neighbours, forwarding entries and devices right', () => {
    const lladdr = '0a:00:00:00:00:99'
    const neighbours = [{ dst: '10.244.2.0', dev: 'flannel.1', lladdr, state: ['PERMANENT'] }]
    const neighbour: Change = {
      change: 'replace-neighbour',
      node,
      address: '10.244.2.0',
      dev: 'flannel.1',
      mac: vtepMac(2),
    }
    assert.deepEqual(healed({ neighbours }, neighbour), ['lost (vtep) at n1/flannel.1', ARRIVES])
    const fdb = [{ mac: vtepMac(2), ifname: 'flannel.1', dst: '172.30.0.13', state: 'permanent' }]
    const entry: Change = { change: 'replace-fdb', node, mac: vtepMac(2), dev: 'flannel.1', dst: '172.30.0.12' }
    assert.deepEqual(healed({ fdb }, entry), ['lost (neighbour) at n3/vxlan', ARRIVES])
    const links = { 'flannel.1': { flags: [], operstate: 'DOWN' } }
    assert.deepEqual(healed({ links }, { change: 'set-link', node, dev: 'flannel.1', up: true }), [
      'lost (link-down) at n1/flannel.1',
      ARRIVES,
    ])
    const port = {
      'flannel.1': { linkinfo: { info_kind: 'vxlan', info_data: { id: 1, port: 4789, local: '172.30.0.11' } } },
    }
    const set: Change = { change: 'set-link', node, dev: 'flannel.1', vxlanPort: 8472 }
    assert.deepEqual(healed({ links: port }, set), ['lost (vxlan-mismatch) at n2/vxlan', 'delivered default/web-2'])
  })

  it('adds a device and an address with its routes, and takes an address away with them', () => {
    const world = lab()
    const links = world.nodes.get('n1')!.links
    const found = 'value' in links ? links.value.find((link) => link.name === 'cni0') : undefined
    const { line: _line, raw: _raw, ...link } = found!
    const address = {
      dev: 'cni0',
      family: 4 as const,
      address: '10.244.1.1',
      prefixLength: 24,
      scope: 'global',
      flags: [],
    }
    const gone = applyChange(world, { change: 'delete-address', node, dev: 'cni0', address: '10.244.1.1' })
    assert.equal(say(gone, 'h2', '10.244.1.1'), 'lost (outside) at n1/eth0')
    const back = applyChange(gone, {
      change: 'several',
      changes: [
        { change: 'add-link', node, link },
        { change: 'add-address', node, address },
      ],
    })
    assert.equal(say(back, 'h2', '10.244.1.1'), 'delivered n1')
    assert.equal(say(back, 'h2', '10.244.1.5:8080'), 'delivered default/web-1')
  })

  it('forgets a connection', () => {
    const conntrack =
      'tcp 6 60 ESTABLISHED src=10.244.1.2 dst=10.244.2.5 sport=4000 dport=8080 src=10.244.3.5 dst=10.244.1.2 sport=8080 dport=4000 [ASSURED] mark=0 use=1'
    const world = lab({ n1: { conntrack } })
    const fate = (one: World) => say(one, 'c1', '10.244.2.5:8080', { sport: 4000 })
    assert.equal(fate(world), 'delivered default/web-3')
    assert.equal(fate(applyChange(world, { change: 'delete-conntrack', node, line: 1 })), ARRIVES)
  })

  it("replaces what is kube-proxy's and nothing else", () => {
    const ruleSet = parseIptablesSave(KUBE_PROXY, { family: 'ip', backend: 'iptables-nft', path: 'wanted' })
    const broken = KUBE_PROXY.replace(/^-A KUBE-SVC-WEB .*\n/gm, '').replace(
      '-A FORWARD',
      '-A FORWARD -s 10.244.3.0/24 -j DROP\n-A FORWARD',
    )
    const both = '50% delivered default/web-1; 50% delivered default/web-2'
    const change: Change = { change: 'replace-rules', node, ruleSet }
    assert.deepEqual(healed({ iptables: broken }, change, '10.96.0.50:80'), ['lost (outside) at n1/eth0', both])
    assert.deepEqual(healed({}, change, '10.96.0.50:80'), ['lost (outside) at n1/eth0', both])
    const forwarded = (world: World) => say(world, 'c3', '10.244.1.5:8080')
    const world = lab({ n1: { iptables: broken } })
    assert.equal(forwarded(applyChange(world, change)), 'dropped at n1/filter/FORWARD')
  })
})
