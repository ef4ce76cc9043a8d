import type { Expectation, Scenario, Stage, Step } from '../../cluster/scenario.ts'
import { apply, ask, undoKubectl } from './kubectl.ts'
import { service, webSpec } from './objects.ts'
import type { Target } from './probe.ts'
import { onNode, shell, steps, undoOnNode, until } from './run.ts'

export type Family = 4 | 6

/** iptables of a family. */
export const tables = (family: Family) => (family === 6 ? 'ip6tables' : 'iptables')

const dualService = service('both', {
  ...webSpec,
  ipFamilyPolicy: 'RequireDualStack',
  ports: [{ name: 'http', port: 80, targetPort: 'http', nodePort: 30081 }],
})

/** The cluster address of Service `both` in a family. */
export function familyIp(family: Family): Target {
  return async (stage) => {
    const ips = JSON.parse(await ask(stage, 'get service both -o', 'jsonpath={.spec.clusterIPs}')) as string[]
    return bracketed(ofFamily(ips, family), 80)
  }
}

/** A web pod's own address in a family. */
export function familyEndpoint(family: Family, node: string): Target {
  return async (stage) => bracketed(await podIpOf(stage, family, node), 8080)
}

/** A node's address in a family with the node port of `both`. */
export function familyNodePort(family: Family, node: string): Target {
  return async (stage) => {
    const address = family === 6 ? `fd01::1${node.slice(1)}` : stage.nodeIp(node)
    return bracketed(address, 30081)
  }
}

export async function podIpOf(stage: Stage, family: Family, node: string): Promise<string> {
  const find = `get pods -l app=web --field-selector spec.nodeName=${node},status.phase=Running -o`
  const ips = JSON.parse(await ask(stage, find, 'jsonpath={.items[0].status.podIPs[*].ip}').then(quoted)) as string[]
  return ofFamily(ips, family)
}

/** The range of pod addresses of a node in a family. */
export async function familyCidr(stage: Stage, family: Family, node: string): Promise<string> {
  const ranges = JSON.parse(await ask(stage, `get node ${node} -o`, 'jsonpath={.spec.podCIDRs}')) as string[]
  return ofFamily(ranges, family)
}

/** The chain which spreads connections of `both` in a family. */
export async function spreadChain(stage: Stage, family: Family, node: string): Promise<string> {
  const find = `${tables(family)}-save -t nat | grep 'default/both:http cluster IP' | grep -o 'KUBE-SVC-[A-Z0-9]*' | head -1`
  return (await shell(stage, node, find)).trim()
}

/** Waits until every kube-proxy has written the rules of `both` in a family: a break that comes before them breaks nothing. */
function rulesFor(family: Family): Step {
  const find = `${tables(family)}-save -t nat | grep -c 'KUBE-SERVICES.*default/both:http cluster IP' || true`
  return async (stage) => {
    for (const node of stage.nodes)
      await until(`kube-proxy on ${node} has IPv${family} rules for default/both`, 40, async () => {
        return Number(await shell(stage, node, find)) > 0
      })
  }
}

/** A scenario of one family on a dual-stack cluster, asked about Service `both`; the other family must stay whole. */
export function ofOneFamily(parts: {
  about: string
  fault: string[]
  break: Step
  observable: Step
  heal: Step
  expect: Expectation
  fix?: NonNullable<Scenario['fix']>
}): Scenario {
  return {
    ...parts,
    modes: ['iptables'],
    needs: ['dual-stack'],
    service: 'both',
    break: steps(apply(dualService), rulesFor(4), rulesFor(6), parts.break),
    heal: steps(parts.heal, undoKubectl('delete service both')),
  }
}

/** Does something on a node, and takes it back; both are shell lines made from the family's iptables. */
export function ruled(
  family: Family,
  node: string,
  line: (iptables: string) => string,
  back: (iptables: string) => string,
): { break: Step; heal: Step } {
  return { break: onNode(node, line(tables(family))), heal: undoOnNode(node, back(tables(family))) }
}

function ofFamily(addresses: string[], family: Family): string {
  const found = addresses.find((one) => one.includes(':') === (family === 6))
  if (!found) throw new Error(`no IPv${family} address among ${addresses.join(', ') || 'none'}`)
  return found
}

const quoted = (words: string) => JSON.stringify(words.split(' ').filter(Boolean))

function bracketed(address: string, port: number): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}/`
}
