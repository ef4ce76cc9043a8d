import assert from 'node:assert/strict'
import { parseCommandLine } from './cli-args.ts'
import { checkPlan, DEFAULT_OPTIONS, nodeIp, nodeNames, nodePodCidrs } from './lab-plan.ts'
import { flannelManifest } from './manifests/flannel-manifest.ts'
import { kubeadmConfig } from './manifests/kubeadm-config.ts'
import { freeLoopbackPort, preferredPort } from './net/loopback-port.ts'

describe('The plan of a lab', () => {
  it('is read from the command line with the defaults filled in', () => {
    const command = parseCommandLine(['up', '--name', 'b', '--proxy-mode', 'nftables', '--nodes', '2', '--second-nic'])
    const options = { ...DEFAULT_OPTIONS, nodes: 2, proxyMode: 'nftables', secondNic: true }
    assert.deepEqual(command, { verb: 'up', name: 'b', options })
  })

  it('takes everything behind -- as the command for a node', () => {
    const command = parseCommandLine(['node', 'n1', '--', 'ip', '-br', 'addr', '--name'])
    assert.deepEqual(command, { verb: 'node', name: 'a', where: 'n1', argv: ['ip', '-br', 'addr', '--name'] })
  })

  it('refuses a proxy mode, a command and a flag that it does not know', () => {
    assert.throws(
      () => parseCommandLine(['up', '--proxy-mode', 'ipvs']),
      /--proxy-mode ipvs: give iptables or nftables/,
    )
    assert.throws(() => parseCommandLine(['rest']), /rest: not a command/)
    assert.throws(() => parseCommandLine(['up', '--fast']), /--fast/)
    assert.throws(() => parseCommandLine(['node', 'n1']), /node: give a name/)
  })

  it('names what is wrong with a name or a number of nodes', () => {
    assert.throws(() => checkPlan('My Lab', DEFAULT_OPTIONS), /--name My Lab/)
    assert.throws(() => checkPlan('a', { ...DEFAULT_OPTIONS, nodes: 0 }), /--nodes 0: give a whole number from 1 to 9/)
    assert.throws(() => checkPlan('a', { ...DEFAULT_OPTIONS, nodes: 9, ipvsNode: true }), /from 1 to 8/)
    checkPlan('a', DEFAULT_OPTIONS)
  })

  it('gives every node one address and one pod network by its number', () => {
    assert.deepEqual(nodeNames(DEFAULT_OPTIONS), ['n0', 'n1', 'n2'])
    assert.equal(nodeIp('n2'), '172.30.0.12')
    const dualStack = nodePodCidrs('n2', { ...DEFAULT_OPTIONS, dualStack: true })
    assert.deepEqual(dualStack, ['10.244.2.0/24', 'fd00:244:0:2::/64'])
    assert.throws(() => nodeIp('web'), /web: no such node/)
  })

  it('keeps the loopback port of a name and avoids a port that is taken', async () => {
    assert.equal(preferredPort('a'), preferredPort('a'))
    assert.notEqual(preferredPort('a'), preferredPort('b'))
    const { createServer } = await import('node:net')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    assert.ok((await freeLoopbackPort(port)) > port)
    server.close()
  })

  it('asks kubeadm for both address families only with dual-stack', () => {
    assert.match(kubeadmConfig(DEFAULT_OPTIONS), /podSubnet: 10\.244\.0\.0\/16\n/)
    assert.match(
      kubeadmConfig({ ...DEFAULT_OPTIONS, dualStack: true }),
      /podSubnet: 10\.244\.0\.0\/16,fd00:244::\/56\n/,
    )
    assert.match(kubeadmConfig({ ...DEFAULT_OPTIONS, proxyMode: 'nftables' }), /mode: nftables/)
    assert.match(kubeadmConfig(DEFAULT_OPTIONS), /certSANs:\n\s+- 127\.0\.0\.1/)
  })

  it('fills flannel in without leaving a placeholder', async () => {
    const manifest = await flannelManifest({ ...DEFAULT_OPTIONS, dualStack: true })
    assert.match(manifest, /"IPv6Network":"fd00:244::\/56"/)
    assert.doesNotMatch(manifest, /NET_CONF|FLANNEL_IMAGE/)
  })
})
