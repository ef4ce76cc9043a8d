import type { Lab } from './lab.ts'
import type { Mode, Need } from './scenario.ts'

/** The mode kube-proxy runs in, as its ConfigMap says. */
export async function proxyMode(lab: Lab): Promise<Mode> {
  const { stdout } = await lab.kubectl(['-n', 'kube-system', 'get', 'cm', 'kube-proxy', '-o', 'jsonpath={.data.config\\.conf}'])
  return /^mode: "?nftables/m.test(stdout) ? 'nftables' : 'iptables'
}

/** What this cluster was brought up with, read from the cluster itself. */
export async function stageNeeds(lab: Lab): Promise<Set<Need>> {
  const has = new Set<Need>()
  const says = async (need: Need, args: string[], pattern: RegExp) => {
    if (pattern.test((await lab.kubectl(args)).stdout)) has.add(need)
  }
  await says('netpol', ['get', 'ds', '-A', '-o', 'name'], /network-policies/)
  await says('dual-stack', ['get', 'svc', 'kubernetes', '-o', 'jsonpath={.spec.ipFamilies} '], /IPv6/)
  await says('dual-stack', ['get', 'nodes', '-o', 'jsonpath={.items[*].spec.podCIDRs}'], /::/)
  await says('ipvs-node', ['-n', 'kube-system', 'get', 'ds', '-o', 'name'], /kube-proxy-ipvs/)
  if ((await lab.node('n1', 'ip link show eth1')).exitCode === 0) has.add('second-nic')
  return has
}
