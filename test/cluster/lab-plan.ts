export type ProxyMode = 'iptables' | 'nftables'

export type LabOptions = {
  /** Nodes in network namespaces, the control plane `n0` included. */
  nodes: number
  proxyMode: ProxyMode
  dualStack: boolean
  /** Gives every node a second NIC `eth1` on 192.168.77.0/24. */
  secondNic: boolean
  /** Runs a NetworkPolicy enforcer on every node. */
  netpol: boolean
  /** Adds a layer 4 load balancer at 172.30.0.50 in front of the nodes. */
  external: boolean
  /** Adds one worker more, in User-mode Linux, whose kube-proxy runs in IPVS mode. */
  ipvsNode: boolean
}

export const DEFAULT_OPTIONS: LabOptions = {
  nodes: 3,
  proxyMode: 'iptables',
  dualStack: false,
  secondNic: false,
  netpol: false,
  external: false,
  ipvsNode: false,
}

/** Addresses inside a lab. They are equal in every lab, since each has namespaces of its own. */
export const ADDRESSES = {
  router: '172.30.0.1',
  routerV6: 'fd01::1',
  external: '172.30.0.100',
  loadBalancer: '172.30.0.50',
  secondRouter: '192.168.77.1',
  podCidr: '10.244.0.0/16',
  podCidrV6: 'fd00:244::/56',
  serviceCidr: '10.96.0.0/12',
  serviceCidrV6: 'fd00:96::/112',
} as const

export const API_PORT_IN_LAB = 6443

const MAX_NODES = 9

/** Names of the nodes that run in network namespaces: n0 (control plane), n1, … */
export function nodeNames(options: LabOptions): string[] {
  return Array.from({ length: options.nodes }, (_, index) => `n${index}`)
}

/** The name of the node in User-mode Linux: the next after the others. */
export function ipvsNodeName(options: LabOptions): string {
  return `n${options.nodes}`
}

/** The node's address on the lab's first network; throws for a name that is no node's. */
export function nodeIp(node: string): string {
  return `172.30.0.1${nodeIndex(node)}`
}

export function nodeIpV6(node: string): string {
  return `fd01::1${nodeIndex(node)}`
}

/** The node's address on the second network, which exists with `secondNic` only. */
export function secondIp(node: string): string {
  return `192.168.77.1${nodeIndex(node)}`
}

/** The node's share of the pod networks, IPv4 first. */
export function nodePodCidrs(node: string, options: LabOptions): string[] {
  const index = nodeIndex(node)
  const v6 = index === 0 ? 'fd00:244::/64' : `fd00:244:0:${index}::/64`
  return [`10.244.${index}.0/24`, ...(options.dualStack ? [v6] : [])]
}

/** The network namespace (as `ip netns` shows it) of a node or of `switch`, `external` or `lb`. */
export function netnsName(lab: string, which: string): string {
  return `svc-${lab}-${which === 'switch' ? 'sw' : which}`
}

/** Checks a lab's name and options; throws a sentence that names the wrong one. */
export function checkPlan(name: string, options: LabOptions): void {
  if (!/^[a-z][a-z0-9]{0,7}$/.test(name)) {
    throw new Error(`--name ${name}: a lab's name is a letter and up to seven more small letters or digits.`)
  }
  checkCombination(options)
  const most = options.ipvsNode ? MAX_NODES - 1 : MAX_NODES
  if (!Number.isInteger(options.nodes) || options.nodes < 1 || options.nodes > most) {
    throw new Error(`--nodes ${options.nodes}: give a whole number from 1 to ${most}.`)
  }
}

/** Throws for options that do not go together. */
function checkCombination(options: LabOptions): void {
  const other = options.dualStack ? '--dual-stack' : options.netpol ? '--netpol' : undefined
  if (options.ipvsNode && other) throw new Error(`--ipvs-node and ${other} do not go together: give one of them.`)
}

function nodeIndex(node: string): number {
  const match = /^n(\d)$/.exec(node)
  if (!match) throw new Error(`${node}: no such node; nodes are called n0, n1, and so on.`)
  return Number(match[1])
}
