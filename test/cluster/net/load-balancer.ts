import type { CommandResult } from '../command.ts'
import type { Lab } from '../lab.ts'
import { ADDRESSES } from '../lab-plan.ts'

const NODE_PORT = 30_080

/**
 * nftables rules of a layer 4 load balancer at 172.30.0.50 that spreads port 80 over `nodePort` of the nodes and
 * hides the client's address, as a cloud's balancer does (pure).
 */
export function loadBalancerRules(nodeIps: readonly string[], nodePort: number = NODE_PORT): string {
  const targets = nodeIps.map((ip, index) => `${index} : ${ip} . ${nodePort}`).join(', ')
  return [
    'table ip lb {',
    '  chain pre {',
    '    type nat hook prerouting priority dstnat; policy accept;',
    `    ip daddr ${ADDRESSES.loadBalancer} tcp dport 80 dnat to numgen random mod ${nodeIps.length} map { ${targets} }`,
    '  }',
    '  chain post {',
    '    type nat hook postrouting priority srcnat; policy accept;',
    '    masquerade',
    '  }',
    '}',
  ].join('\n')
}

/** Makes the host `lb` a load balancer; throws if its rules are refused. */
export async function startLoadBalancer(lab: Lab): Promise<void> {
  await lab.netns('lb', 'sysctl -qw net.ipv4.ip_forward=1')
  const rules = loadBalancerRules(lab.nodes.map((node) => lab.nodeIp(node)))
  const result = await lab.netns('lb', 'nft -f -', { input: rules })
  if (result.exitCode !== 0) throw new Error(`Setting up the load balancer: ${result.stderr.trim()}`)
}

/**
 * Does what a cloud controller or MetalLB does for a Service of type LoadBalancer: writes the address into its status,
 * and (with `viaNode`) routes it from the external host to a node.
 */
export async function assignLoadBalancer(
  lab: Lab,
  service: { namespace: string; name: string },
  address: string,
  viaNode?: string,
): Promise<CommandResult> {
  const status = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip: address }] } } })
  const where = ['service', service.name, '-n', service.namespace]
  const patched = await lab.kubectl(['patch', ...where, '--subresource=status', '--type=merge', '-p', status])
  if (patched.exitCode !== 0 || viaNode === undefined) return patched
  return lab.netns('external', `ip route replace ${address} via ${lab.nodeIp(viaNode)}`)
}
