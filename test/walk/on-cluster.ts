/**
 * Holds the walk against a real cluster of `npm run cluster`: every port of every Service, from every node and every pod network on it,
 * by cluster IP, node port and endpoint. Reads the nodes with the tool's own commands and tries each connection eight times.
 * node test/walk/on-cluster.ts [--name a]
 */
import { parseArgs } from 'node:util'
import { nodeState as questions } from '../../src/collect/plan/node-state.ts'
import { nodesFact } from '../../src/facts/cluster.ts'
import type { EndpointSlice, List, Pod, Service } from '../../src/facts/kube.ts'
import { reader } from '../../src/facts/reader.ts'
import { worldFact } from '../../src/facts/world.ts'
import type { Evidence, Vantage } from '../../src/model.ts'
import { walk } from '../../src/walk/walk.ts'
import type { Course, Packet, World } from '../../src/walk/world.ts'
import { type Lab, openLab } from '../cluster/lab.ts'
import { everyNode } from '../cluster/play-stage.ts'

const TRIES = 8

interface From {
  vantage: Vantage
  node: string
  /** Name of the network namespace of the pod, for a pod's vantage. */
  netns?: string
}

const { values } = parseArgs({ options: { name: { type: 'string', default: 'a' } } })
const lab = await openLab(values.name)
const api = async <T>(...args: string[]) => {
  const { stdout } = await lab.kubectl(['get', ...args, '-o', 'json'])
  return { text: stdout, value: JSON.parse(stdout) as List<T> }
}
const [nodeList, pods, services, slices] = await Promise.all([
  api<never>('nodes'),
  api<Pod>('pods', '-A'),
  api<Service>('services', '-A'),
  api<EndpointSlice>('endpointslices', '-A'),
])
const world = await readWorld()
const count = { packets: 0, right: 0, wrong: 0, unknown: 0 }
for (const from of await vantages()) await holdAll(from)
console.log(`${count.packets} packets: right ${count.right}, wrong ${count.wrong}, unknown ${count.unknown}`)
process.exitCode = count.wrong > 0 ? 1 : 0

async function readWorld(): Promise<World> {
  const evidence = new Map<string, Evidence>()
  const add = (path: string, output: string, code = 0) => {
    const question = { path, reach: 'node' as const, node: '', run: '' }
    const trouble =
      code === 0
        ? {}
        : { trouble: { kind: code === 127 ? ('no-tool' as const) : ('failed' as const), text: `exit code ${code}` } }
    evidence.set(path, { question, at: '1970-01-01T00:00:00Z', output, ...trouble })
  }
  add('api/nodes.json', nodeList.text)
  const wanted = questions([]).filter(([file]) => !/kube-proxy|netstat|resolv|hosts/.test(file))
  for (const node of everyNode(lab)) {
    for (const [file, run] of wanted) {
      const { stdout, exitCode } = await lab.node(node, run, { timeout: 60_000 })
      add(`nodes/${node}/${file}`, stdout, exitCode)
    }
  }
  const r = reader({ target: { namespace: 'default', service: 'kubernetes' }, evidence })
  const nodes = nodesFact(r)
  if ('missing' in nodes) throw new Error(nodes.missing.text)
  return worldFact(r, nodes.value, pods.value.items ?? [])
}

/** Every node, and one pod network on each. */
async function vantages(): Promise<From[]> {
  const found: From[] = []
  for (const node of everyNode(lab)) {
    found.push({ vantage: { kind: 'host', node }, node })
    const { stdout } = await lab.node(
      node,
      'for n in $(ip netns list | cut -d" " -f1); do echo "$n $(ip -n $n -j -4 addr show dev eth0)"; done',
    )
    for (const line of stdout.split('\n')) {
      const [netns = '', ip = ''] = /^(\S+) .*"local":"([^"]+)"/.exec(line)?.slice(1) ?? []
      const pod = world.pods.get(ip)
      if (!pod || pod.hostNetwork) continue
      found.push({ vantage: { kind: 'endpoint', node, pod: pod.name }, node, netns })
      break
    }
  }
  return found
}

async function holdAll(from: From): Promise<void> {
  const packets: Packet[] = []
  for (const service of services.value.items ?? []) {
    for (const port of service.spec.ports ?? []) {
      if (port.protocol === 'UDP' || port.protocol === 'SCTP') continue
      const add = (destination: string | undefined, dport: number | undefined) => {
        if (destination && dport && destination !== 'None' && !destination.includes(':')) {
          packets.push({ family: 4, protocol: 'tcp', destination, dport, length: 60 })
        }
      }
      add(service.spec.clusterIP, port.port)
      for (const node of everyNode(lab)) add(lab.nodeIp(node), port.nodePort)
    }
  }
  for (const slice of slices.value.items ?? []) {
    for (const port of slice.ports ?? []) {
      if (port.protocol !== 'TCP') continue
      for (const endpoint of slice.endpoints ?? []) {
        const destination = endpoint.addresses[0]
        if (destination && !destination.includes(':') && port.port)
          packets.push({ family: 4, protocol: 'tcp', destination, dport: port.port, length: 60 })
      }
    }
  }
  const seen = new Set(packets.map((packet) => JSON.stringify(packet)))
  for (const text of seen) await hold(lab, from, JSON.parse(text) as Packet)
}

async function hold(on: Lab, from: From, packet: Packet): Promise<void> {
  const courses = walk(world, from.vantage, packet)
  const predicted = new Set(courses.map(outcomeOf))
  let outcomes = await tried(on, from, packet, TRIES, 3)
  const fits = () => outcomes.every((outcome) => predicted.has(outcome))
  // a busy machine is slow: a surprise counts only if patience does not take it away
  if (!fits()) outcomes = await tried(on, from, packet, 2, 20)
  count.packets++
  if (predicted.has('unknown')) count.unknown++
  else if (fits()) {
    count.right++
    return
  } else count.wrong++
  const where = from.vantage.kind === 'endpoint' ? from.vantage.pod : from.node
  const to = `${packet.destination}:${packet.dport}`
  console.log(`${where} → ${to}: seen ${[...new Set(outcomes)].join(', ')}, walk says ${[...predicted].join(', ')}`)
  for (const course of courses) console.log(`  ${JSON.stringify(course.end)} ${JSON.stringify(course.back?.end)}`)
}

async function tried(on: Lab, from: From, packet: Packet, tries: number, seconds: number): Promise<string[]> {
  const enter = from.netns ? `ip netns exec ${from.netns} ` : ''
  const connect = `timeout ${seconds} ${enter}bash -c 'exec 3<>/dev/tcp/${packet.destination}/${packet.dport}'`
  const one = `${connect} 2>&1 >/dev/null | tr '\\n' ' '; echo "rc=\${PIPESTATUS[0]}"`
  const { stdout } = await on.node(from.node, `for i in $(seq ${tries}); do (${one}) & done; wait`, {
    timeout: 120_000,
  })
  return stdout
    .split('\n')
    .filter((line) => line.includes('rc='))
    .map(seenIn)
}

/** `lost` also where the kernel gave up (no answer to ARP) and where an ICMP error said so. */
function seenIn(line: string): string {
  if (line.includes('rc=0')) return 'ok'
  return line.includes('refused') ? 'refused' : 'lost'
}

function outcomeOf({ end, back }: Course): string {
  if (end.fate === 'unknown' || back?.end.fate === 'unknown') return 'unknown'
  if (end.fate === 'delivered') return back?.end.fate === 'delivered' ? 'ok' : 'lost'
  const refuses = end.fate === 'rejected' && /port-unreachable|rst|reset/.test(end.with)
  return refuses && back?.end.fate === 'delivered' ? 'refused' : 'lost'
}
