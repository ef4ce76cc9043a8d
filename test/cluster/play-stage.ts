import type { Lab } from './lab.ts'
import type { Mode, Need } from './scenario.ts'

/** The mode kube-proxy runs in on the nodes a scenario is about. */
export function proxyMode({ options }: Lab): Mode {
  return options.ipvsNode ? 'ipvs' : options.proxyMode
}

/** What this cluster was brought up with. */
export function stageNeeds({ options }: Lab): Set<Need> {
  const has: [Need, boolean][] = [
    ['second-nic', options.secondNic],
    ['netpol', options.netpol],
    ['dual-stack', options.dualStack],
    ['ipvs-node', options.ipvsNode],
  ]
  return new Set(has.filter(([, is]) => is).map(([need]) => need))
}
