import assert from 'node:assert/strict'
import { KUBE_PROXY, lab } from './lab.ts'
import { courses, say } from './say.ts'

const PROXIED = { n1: { iptables: KUBE_PROXY }, n2: { iptables: KUBE_PROXY }, n3: { iptables: KUBE_PROXY } }

/** kube-proxy's rules on n1 with every line that has `text` left out. */
const without = (text: string) => ({
  ...PROXIED,
  n1: {
    iptables: KUBE_PROXY.split('\n')
      .filter((line) => !line.includes(text))
      .join('\n'),
  },
})

describe("the walk through kube-proxy's rules", () => {
  const BOTH = '50% delivered default/web-1; 50% delivered default/web-2'

  it('reaches every endpoint of a cluster IP from pods, nodes and outside, with equal shares', () => {
    for (const from of ['c1', 'c2', 'c3', 'h1', 'h3'])
      assert.equal(say(lab(PROXIED), from, '10.96.0.50:80'), BOTH, from)
    assert.equal(say(lab(PROXIED), 'x3', '172.30.0.13:30080'), BOTH)
    assert.equal(say(lab(PROXIED), 'c3', '172.30.0.11:30080'), BOTH)
  })

  it('says where each course was translated to, and cites the line that did it', () => {
    const [first] = courses(lab(PROXIED), 'c1', '10.96.0.50:80')
    assert.deepEqual(first?.translatedTo, { ip: '10.244.1.5', port: 8080 })
    const step = first?.steps.find(({ did }) => did.startsWith('dnat'))
    assert.equal(step?.at, 'n1/nat/KUBE-SEP-1')
    assert.match(step?.proof[0]?.quote ?? '', /--to-destination 10\.244\.1\.5:8080/)
    assert.equal(KUBE_PROXY.split('\n')[(step?.proof[0]?.line ?? 0) - 1], step?.proof[0]?.quote)
  })

  it('gives three endpoints a third each', () => {
    const three = KUBE_PROXY.replace(
      '--probability 0.50000000000 -j KUBE-SEP-1',
      '--probability 0.33333333349 -j KUBE-SEP-1\n-A KUBE-SVC-WEB -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-3',
    )
      .replace(':KUBE-SERVICES', ':KUBE-SEP-3 - [0:0]\n:KUBE-SERVICES')
      .replace(
        '-A KUBE-SERVICES -m addrtype',
        '-A KUBE-SEP-3 -p tcp -j DNAT --to-destination 10.244.3.5:8080\n-A KUBE-SERVICES -m addrtype',
      )
    assert.equal(
      say(lab({ n1: { iptables: three } }), 'c1', '10.96.0.50:80'),
      '33% delivered default/web-1; 33% delivered default/web-3; 33% delivered default/web-2',
    )
  })

  it('lets the packet leave the cluster where an entry, a jump or the load balancing is gone', () => {
    const out = 'lost (outside) at n1/eth0'
    assert.equal(say(lab(without('-A PREROUTING')), 'c1', '10.96.0.50:80'), out)
    assert.equal(say(lab(without('-A PREROUTING')), 'h1', '10.96.0.50:80'), BOTH)
    assert.equal(say(lab(without('-A OUTPUT')), 'h1', '10.96.0.50:80'), out)
    assert.equal(say(lab(without('cluster IP" -m tcp --dport 80 -j KUBE-SVC')), 'c1', '10.96.0.50:80'), out)
    assert.equal(say(lab(without('-A KUBE-SVC-WEB')), 'c1', '10.96.0.50:80'), out)
    assert.equal(say(lab(PROXIED), 'c1', '10.96.0.50:8080'), out)
  })

  it('loses the answers of remote endpoints where masquerading is gone, for what did not come from a pod', () => {
    assert.equal(
      say(lab(without('-A POSTROUTING')), 'x1', '172.30.0.11:30080'),
      '50% delivered default/web-1; 50% delivered default/web-2, answer lost (invalid-answer) at n2/eth0',
    )
    assert.equal(say(lab(without('-A POSTROUTING')), 'c1', '10.96.0.50:80'), BOTH)
  })

  it('sends a pod to itself only through a hairpin port, and only masqueraded', () => {
    assert.equal(say(lab(PROXIED), 'w1', '10.96.0.50:80'), BOTH)
    const off = { info_slave_kind: 'bridge', info_slave_data: { state: 'forwarding', hairpin: false } }
    const links = { vethweb: { linkinfo: { info_kind: 'veth', ...off } } }
    const hairpinOff = { n1: { iptables: KUBE_PROXY, links } }
    assert.equal(
      say(lab(hairpinOff), 'w1', '10.96.0.50:80'),
      '50% lost (bridge) at n1/bridge cni0; 50% delivered default/web-2',
    )
    const [lost] = courses(lab(hairpinOff), 'w1', '10.96.0.50:80')
    assert.ok(lost?.end.fate === 'lost' && lost.end.proof[0]?.quote?.includes('vethweb'))
    assert.equal(
      say(lab(without('-s 10.244.1.5/32')), 'w1', '10.96.0.50:80'),
      '50% dropped at pod default/web-1; 50% delivered default/web-2',
    )
  })

  it('needs no hairpin port where bridged packets do not pass iptables', () => {
    const off = { info_slave_kind: 'bridge', info_slave_data: { state: 'forwarding', hairpin: false } }
    const links = { vethweb: { linkinfo: { info_kind: 'veth', ...off } } }
    const sysctls = { 'net/bridge/bridge-nf-call-iptables': '0' }
    assert.equal(say(lab({ n1: { iptables: KUBE_PROXY, links, sysctls } }), 'w1', '10.96.0.50:80'), BOTH)
  })

  it('loses the answer of an endpoint on the same bridge where bridge-nf-call-iptables is off', () => {
    const world = lab({ n1: { iptables: KUBE_PROXY, sysctls: { 'net/bridge/bridge-nf-call-iptables': '0' } } })
    assert.equal(
      say(world, 'c1', '10.96.0.50:80'),
      '50% delivered default/web-1, answer lost (invalid-answer) at pod default/client-1; 50% delivered default/web-2',
    )
    assert.equal(say(world, 'c1', '10.244.1.5:8080'), 'delivered default/web-1')
    const back = courses(world, 'c1', '10.96.0.50:80')[0]?.back?.end
    assert.ok(back?.fate === 'lost' && back.proof[0]?.quote === 'net/bridge/bridge-nf-call-iptables 0')
  })

  it('refuses a Service without endpoints', () => {
    const rule =
      '-A FORWARD -d 10.96.0.60/32 -p tcp -m comment --comment "default/none has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable'
    const iptables = KUBE_PROXY.replace('-A FORWARD', `${rule}\n-A FORWARD`)
    assert.equal(
      say(lab({ n1: { iptables } }), 'c1', '10.96.0.60:80'),
      'rejected at n1/filter/FORWARD with icmp-port-unreachable',
    )
  })
})
