import { ADDRESSES, type LabOptions, netnsName, nodeIp, nodeIpV6, nodeNames, secondIp } from '../lab-plan.ts'
import { addNetns, inNetns, ipBatch, plug } from './netns.ts'

/**
 * Makes a lab's networks: a switch (its bridge is also the router's address, but forwards nothing, so packets to the
 * outside die there), the nodes, and an external client. Nothing is attached to the machine's own network.
 */
export async function makeNetworks(lab: string, options: LabOptions): Promise<void> {
  const hub = netnsName(lab, 'switch')
  await addNetns(hub)
  await bridge(hub, 'br0', [`${ADDRESSES.router}/24`, ...(options.dualStack ? [`${ADDRESSES.routerV6}/64`] : [])])
  if (options.secondNic) await bridge(hub, 'br1', [`${ADDRESSES.secondRouter}/24`])
  for (const node of nodeNames(options)) await attachNode(lab, node, options)
  await attachHost(lab, 'external', ADDRESSES.external)
  if (options.external) await attachHost(lab, 'lb', ADDRESSES.loadBalancer)
}

/** Adds a host beside the nodes on the first network, with the router as its default route. */
export async function attachHost(lab: string, which: string, address: string): Promise<void> {
  const netns = netnsName(lab, which)
  await addNetns(netns)
  await plug(netns, 'eth0', netnsName(lab, 'switch'), `p-${which}`, 'br0')
  await ipBatch(netns, [`addr add ${address}/24 dev eth0`, `route add default via ${ADDRESSES.router}`])
}

async function attachNode(lab: string, node: string, options: LabOptions): Promise<void> {
  const netns = netnsName(lab, node)
  const hub = netnsName(lab, 'switch')
  await addNetns(netns)
  await plug(netns, 'eth0', hub, `p-${node}`, 'br0')
  if (options.dualStack) {
    const settings = ['net.ipv6.conf.all.forwarding=1', 'net.ipv6.conf.all.disable_ipv6=0']
    await inNetns(netns, ['sysctl', '-qw', ...settings])
    await ipBatch(netns, [`addr add ${nodeIpV6(node)}/64 dev eth0 nodad`, `route add ::/0 via ${ADDRESSES.routerV6}`])
  }
  await ipBatch(netns, [`addr add ${nodeIp(node)}/24 dev eth0`, `route add default via ${ADDRESSES.router}`])
  if (options.secondNic) {
    await plug(netns, 'eth1', hub, `q-${node}`, 'br1')
    await ipBatch(netns, [`addr add ${secondIp(node)}/24 dev eth1`])
  }
}

async function bridge(hub: string, name: string, addresses: readonly string[]): Promise<void> {
  await ipBatch(hub, [
    `link add ${name} type bridge`,
    `link set ${name} up`,
    ...addresses.map((address) => `addr add ${address} dev ${name}${address.includes(':') ? ' nodad' : ''}`),
  ])
}
