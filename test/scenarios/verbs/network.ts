import type { Stage, Step } from '../../cluster/scenario.ts'
import { apply, ask, kubectl } from './kubectl.ts'
import { endpointOn, type Target } from './probe.ts'
import { inNetns, onNode, shell, steps, undoInNetns } from './run.ts'
import { restoreBase } from './web.ts'

/** The switch between the hosts drops what a rule of nft matches: a firewall outside the cluster. */
export function switchDrops(...matches: string[]): Step {
  const rules = matches.map((match) => `nft add rule bridge outer c ${match} counter drop`)
  const chain = `nft add chain bridge outer c '{ type filter hook forward priority 0; }'`
  return inNetns('switch', ['nft add table bridge outer', chain, ...rules].join(' && '))
}

export const switchOpen: Step = undoInNetns('switch', 'nft delete table bridge outer')

/** The range of pod addresses of a node. */
export async function podCidr(stage: Stage, node: string): Promise<string> {
  return ask(stage, `get node ${node} -o`, 'jsonpath={.spec.podCIDR}')
}

/** Hardware address of a node's overlay device. */
export async function vtepMac(stage: Stage, node: string): Promise<string> {
  return shell(stage, node, 'cat /sys/class/net/flannel.1/address')
}

/** Address of a node's overlay device: the first of its pod range. */
export async function overlayAddress(stage: Stage, node: string): Promise<string> {
  return (await podCidr(stage, node)).replace(/\/.*/, '')
}

/** A page of 20 kB from the web pod on a node. */
export function largeAnswer(node: string): Target {
  return async (stage) => `${await endpointOn(node)(stage)}shell?shellCommand=seq%201%204000`
}

/** Makes the Node object anew with another pod range, as if the node had joined again. */
export function reregister(node: string, podCIDR: string): Step {
  return async (stage) => {
    await onNode(node, 'kill -STOP $(pidof kubelet)')(stage)
    await kubectl(`delete node ${node}`)(stage)
    const spec = { podCIDR, podCIDRs: [podCIDR] }
    const metadata = { name: node, labels: { 'kubernetes.io/hostname': node, 'kubernetes.io/os': 'linux' } }
    await apply({ apiVersion: 'v1', kind: 'Node', metadata, spec })(stage)
    await onNode(node, 'kill -9 $(pidof kubelet)')(stage)
    await kubectl(`wait --for=condition=Ready node ${node} --timeout=60s`)(stage)
  }
}

/** Replaces all pods with a network of their own on a node. */
export function newPodsOn(node: string): Step {
  return steps(async (stage) => {
    const pods = await ask(stage, `get pods --field-selector spec.nodeName=${node} -o name`)
    for (const one of pods.split('\n').filter(Boolean)) await kubectl(`delete ${one} --now`)(stage)
  }, restoreBase)
}

/** A NetworkPolicy in the namespace of web. */
export function netpol(name: string, spec: object): Step {
  return apply({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'default' },
    spec,
  })
}
