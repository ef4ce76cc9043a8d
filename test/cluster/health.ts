import { setTimeout as sleep } from 'node:timers/promises'
import { imageList } from './build/image-list.ts'
import type { Lab } from './lab.ts'

/**
 * Everything that keeps a lab from being healthy, one sentence each; empty if it is: all nodes there and Ready, all
 * system workloads rolled out, every image on every node.
 */
export async function healthProblems(lab: Lab): Promise<string[]> {
  const nodes = await lab.kubectl(['get', 'nodes', '-o', 'json'], { timeout: 10_000 })
  if (nodes.exitCode !== 0) return [`The API server does not answer: ${lastLine(nodes.stderr)}`]
  const workloads = await lab.kubectl(['get', 'ds,deploy', '-A', '-o', 'json'], { timeout: 10_000 })
  if (workloads.exitCode !== 0) return [`Workloads cannot be listed: ${lastLine(workloads.stderr)}`]
  return [
    ...(await ipvsProblems(lab)),
    ...nodeProblems(lab.ipvsNode ? [...lab.nodes, lab.ipvsNode] : lab.nodes, JSON.parse(nodes.stdout)),
    ...workloadProblems(JSON.parse(workloads.stdout)),
  ]
}

/** Waits until a lab is healthy; throws with what is still wrong and the decisive log lines after `timeout` ms. */
export async function waitForHealth(lab: Lab, timeout: number): Promise<void> {
  const end = Date.now() + timeout
  let problems = await healthProblems(lab)
  while (problems.length > 0 && Date.now() < end) {
    await sleep(500)
    problems = await healthProblems(lab)
  }
  problems.push(...(await imageProblems(lab)))
  if (problems.length === 0) return
  const clues = await decisiveLines(lab)
  throw new Error([`Cluster ${lab.name} is not healthy:`, ...problems, ...clues].join('\n  '))
}

type Condition = { type: string; status: string; message?: string }
type NodeList = {
  items: { metadata: { name: string; annotations?: Record<string, string> }; status: { conditions?: Condition[] } }[]
}
type Workload = {
  kind: string
  metadata: { namespace: string; name: string; generation: number }
  spec: { replicas?: number }
  status: Record<string, number | undefined>
}

/** Nodes that are missing or not Ready (pure). */
export function nodeProblems(expected: readonly string[], list: NodeList): string[] {
  return expected.flatMap((name) => {
    const node = list.items.find((item) => item.metadata.name === name)
    if (!node) return [`Node ${name} has not joined.`]
    const ready = node.status.conditions?.find((condition) => condition.type === 'Ready')
    if (ready?.status !== 'True') return [`Node ${name} is not Ready: ${ready?.message ?? 'no condition yet'}`]
    // Without it the other nodes do not know the way to its pods, however Ready it is.
    const announced = node.metadata.annotations?.['flannel.alpha.coreos.com/public-ip'] !== undefined
    return announced ? [] : [`flannel on ${name} has not announced itself.`]
  })
}

const EXPECTED = ['kube-system/kube-proxy', 'kube-system/coredns', 'kube-flannel/kube-flannel-ds']

/** System workloads that are missing or not rolled out (pure). */
export function workloadProblems(list: { items: Workload[] }): string[] {
  const names = list.items.map((item) => `${item.metadata.namespace}/${item.metadata.name}`)
  const missing = EXPECTED.filter((name) => !names.includes(name)).map((name) => `Workload ${name} is missing.`)
  const unready = list.items.filter(inSystem).flatMap((item) => {
    const { status } = item
    const daemonSet = item.kind === 'DaemonSet'
    const wanted = daemonSet ? (status['desiredNumberScheduled'] ?? 0) : (item.spec.replicas ?? 1)
    const updated = status[daemonSet ? 'updatedNumberScheduled' : 'updatedReplicas'] ?? 0
    const available = status[daemonSet ? 'numberAvailable' : 'availableReplicas'] ?? 0
    const seen = status['observedGeneration'] === item.metadata.generation
    const total = daemonSet ? wanted : (status['replicas'] ?? 0)
    if (seen && wanted > 0 && updated === wanted && available === wanted && total === wanted) return []
    const name = `${item.kind} ${item.metadata.namespace}/${item.metadata.name}`
    return [`${name}: ${available} of ${wanted} available, ${updated} up to date.`]
  })
  return [...missing, ...unready]
}

/** kube-proxy in IPVS mode is ready long before its first sync is through, which the API server's address shows. */
async function ipvsProblems(lab: Lab): Promise<string[]> {
  if (!lab.ipvsNode) return []
  const result = await lab.node(lab.ipvsNode, 'ipvsadm -Ln', { timeout: 30_000 })
  return ['10.96.0.1:443', '10.96.0.10:53']
    .filter((server) => !result.stdout.includes(` ${server} `))
    .map((server) => `${lab.ipvsNode} has no virtual server ${server} yet.`)
}

/** What a test runs in other namespaces is no part of a lab's health. */
function inSystem(item: Workload): boolean {
  return item.metadata.namespace.startsWith('kube-')
}

async function imageProblems(lab: Lab): Promise<string[]> {
  const wanted = imageList({ netpol: lab.options.netpol }).map((image) => image.name)
  const perNode = lab.nodes.map(async (node) => {
    const list = await lab.node(node, 'ctr -n k8s.io images ls -q', { timeout: 20_000 })
    const there = list.stdout.split('\n')
    return wanted.filter((name) => !there.includes(name)).map((name) => `${node} lacks the image ${name}.`)
  })
  return (await Promise.all(perNode)).flat()
}

async function decisiveLines(lab: Lab): Promise<string[]> {
  const pods = await lab.kubectl(['get', 'pods', '-A', '-o', 'wide', '--no-headers'], { timeout: 10_000 })
  const failing = pods.stdout.split('\n').filter((line) => line && !/\s(Running|Completed)\s/.test(line))
  const perNode = lab.nodes.map(async (node) => {
    const grep = "grep -hE '^(E|F)[0-9]|level=(error|fatal)' /var/log/kubelet.log /var/log/containerd.log | tail -n 3"
    const lines = (await lab.node(node, grep, { timeout: 10_000 })).stdout.trim()
    return lines ? lines.split('\n').map((line) => `${node}: ${line.slice(0, 300)}`) : []
  })
  return [...failing, ...(await Promise.all(perNode)).flat()]
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
