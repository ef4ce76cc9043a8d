import type { Lab } from './lab.ts'
import type { Mode, Need } from './scenario.ts'

/** The mode kube-proxy runs in on the nodes a scenario is about. */
export function proxyMode({ options }: Lab): Mode {
  return options.ipvsNode ? 'ipvs' : options.proxyMode
}

/** All nodes, the one in User-mode Linux included. */
export function everyNode({ nodes, ipvsNode }: Lab): string[] {
  return ipvsNode === undefined ? nodes : [...nodes, ipvsNode]
}

/** At least these seconds, or as long as a cluster with a node in User-mode Linux may need: kube-proxy there writes for a minute. */
export function patience({ ipvsNode }: Lab, seconds: number): number {
  return ipvsNode === undefined ? seconds : Math.max(seconds, 240)
}

/** What this cluster was brought up with. */
export function stageNeeds({ options, ipvsNode }: Lab): Set<Need> {
  const has: [Need, boolean][] = [
    ['second-nic', options.secondNic],
    ['netpol', options.netpol],
    ['dual-stack', options.dualStack],
    // the scenarios call it n2
    ['ipvs-node', ipvsNode === 'n2'],
  ]
  return new Set(has.filter(([, is]) => is).map(([need]) => need))
}
