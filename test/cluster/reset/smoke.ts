import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { AGNHOST_IMAGE } from '../build/image-list.ts'
import type { Lab } from '../lab.ts'

/** The name of everything that the smoke test creates. */
export const SMOKE_NAME = 'lab-check'

const PORT = 8080
const NODE_PORT = 32_123
const READY_TIMEOUT = 60_000

/**
 * Starts one server on every node behind one Service and connects to it in every way that matters: from each pod to
 * each pod, to the Service by address and by name; from each node and from outside to each node port. Returns what did
 * not work, one sentence each, and leaves nothing behind.
 */
export async function smokeTest(lab: Lab): Promise<string[]> {
  await lab.kubectl(['apply', '-f', '-'], { input: manifest(lab.nodes) })
  try {
    const { pods, clusterIp } = await waitForServers(lab)
    const ips = [...pods.values()].map((pod) => pod.ip)
    const service = [`${clusterIp}:80`]
    const nodePorts = lab.nodes.map((node) => `${lab.nodeIp(node)}:${NODE_PORT}`)
    const checks = [...pods].map(async ([node, pod]) => {
      const targets = [...ips.map((ip) => `${ip}:${PORT}`), ...service, `${SMOKE_NAME}.default.svc.cluster.local`]
      const exec = ['exec', '-n', 'default', pod.name, '--', 'sh', '-c', script(targets)]
      return failures(`pod on ${node}`, await lab.kubectl(exec, { timeout: 60_000 }))
    })
    const hosts = lab.nodes.map(async (node) =>
      failures(node, await lab.node(node, script([...service, ...ips.map((ip) => `${ip}:${PORT}`)]))),
    )
    const outside = failures('the external host', await lab.netns('external', script(nodePorts)))
    return [...(await Promise.all([...checks, ...hosts])).flat(), ...outside]
  } catch (error) {
    return [(error as Error).message]
  } finally {
    await cleanUp(lab)
    await dropEmptyChains(lab)
  }
}

/** A new rule may take a second to reach every node, so each target gets a few tries. */
function script(targets: readonly string[]): string {
  const attempt = 'curl -s -o /dev/null -m 2 http://$t/hostname'
  const tries = `for i in 1 2 3 4; do ${attempt} && continue 2; sleep 1; done`
  return `for t in ${targets.join(' ')}; do ${tries}; echo FAILED $t; done; true`
}

function failures(from: string, result: { exitCode: number; stdout: string; stderr: string }): string[] {
  if (result.exitCode !== 0) return [`${from}: the check itself failed: ${result.stderr.trim()}`]
  const failed = result.stdout.split('\n').filter((line) => line.startsWith('FAILED '))
  return failed.map((line) => `${from} does not reach ${line.slice(7)}`)
}

type Servers = { pods: Map<string, { name: string; ip: string }>; clusterIp: string }
type PodList = {
  items: {
    metadata: { name: string }
    spec: { nodeName?: string }
    status: { podIP?: string; conditions?: { type: string; status: string }[] }
  }[]
}

async function waitForServers(lab: Lab): Promise<Servers> {
  const end = Date.now() + READY_TIMEOUT
  while (Date.now() < end) {
    const list = await lab.kubectl(['get', 'pods', '-n', 'default', '-l', `app=${SMOKE_NAME}`, '-o', 'json'])
    const items = list.exitCode === 0 ? (JSON.parse(list.stdout) as PodList).items : []
    const pods: Servers['pods'] = new Map()
    for (const { metadata, spec, status } of items) {
      const ready = status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True')
      if (ready && spec.nodeName && status.podIP) pods.set(spec.nodeName, { name: metadata.name, ip: status.podIP })
    }
    if (pods.size === lab.nodes.length) {
      const jsonPath = ['get', 'service', '-n', 'default', SMOKE_NAME, '-o', 'jsonpath={.spec.clusterIP}']
      return { pods, clusterIp: (await lab.kubectl(jsonPath)).stdout }
    }
    await sleep(300)
  }
  const pods = (await lab.kubectl(['get', 'pods', '-n', 'default', '-l', `app=${SMOKE_NAME}`, '-o', 'wide'])).stdout
  const events = [
    'get',
    'events',
    '-n',
    'default',
    '--field-selector',
    'type=Warning',
    '-o',
    'custom-columns=M:.message',
  ]
  const warnings = (await lab.kubectl(events)).stdout.trim().split('\n').slice(-3).join('; ')
  throw new Error(`No server of the check is ready on every node after ${READY_TIMEOUT / 1000} s: ${pods}${warnings}`)
}

async function cleanUp(lab: Lab): Promise<void> {
  const now = ['--ignore-not-found', '--wait=false']
  await lab.kubectl(['delete', 'service', '-n', 'default', SMOKE_NAME, ...now])
  await lab.kubectl(['delete', 'daemonset', '-n', 'default', SMOKE_NAME, ...now])
  await lab.kubectl(['delete', 'events', '-n', 'default', '--all', ...now])
  for (let tries = 0; tries < 100; tries++) {
    const left = await lab.kubectl(['get', 'pods', '-n', 'default', '-l', `app=${SMOKE_NAME}`, '--no-headers'])
    if (left.exitCode === 0 && left.stdout.trim() === '') return
    await sleep(200)
  }
  const force = ['--force', '--grace-period=0', ...now]
  await lab.kubectl(['delete', 'pods', '-n', 'default', '-l', `app=${SMOKE_NAME}`, ...force])
}

/**
 * kube-proxy in nftables mode empties the chains of a Service that is gone, and deletes them a second later at the
 * earliest: with the next change of any Service or slice, or within an hour. This makes that change.
 */
async function dropEmptyChains(lab: Lab): Promise<void> {
  const name = `${SMOKE_NAME}-end`
  const chains = `nft list table ip kube-proxy 2> /dev/null | grep -q 'chain .*/${SMOKE_NAME}/'`
  for (let tries = 0; tries < 5; tries++) {
    const left = await Promise.all(lab.nodes.map((node) => lab.node(node, chains)))
    if (left.every((result) => result.exitCode !== 0)) return
    await sleep(1200)
    await lab.kubectl(['create', 'service', 'clusterip', name, '-n', 'default', '--tcp=80'])
    await sleep(1200)
    await lab.kubectl(['delete', 'service', name, '-n', 'default', '--ignore-not-found'])
  }
}

function manifest(nodes: readonly string[]): string {
  const labels = { app: SMOKE_NAME }
  const container = {
    name: 'server',
    image: AGNHOST_IMAGE,
    args: ['netexec', `--http-port=${PORT}`],
    readinessProbe: { httpGet: { path: '/', port: PORT }, periodSeconds: 1 },
  }
  const expression = { key: 'kubernetes.io/hostname', operator: 'In', values: nodes }
  const required = { nodeSelectorTerms: [{ matchExpressions: [expression] }] }
  const spec = {
    terminationGracePeriodSeconds: 0,
    tolerations: [{ operator: 'Exists' }],
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } },
    containers: [container],
  }
  const daemonSet = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: SMOKE_NAME, namespace: 'default' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  }
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: SMOKE_NAME, namespace: 'default' },
    spec: { type: 'NodePort', selector: labels, ports: [{ port: 80, targetPort: PORT, nodePort: NODE_PORT }] },
  }
  return [daemonSet, service].map((object) => stringify(object)).join('---\n')
}
