import { setTimeout as sleep } from 'node:timers/promises'
import { healthProblems } from '../health.ts'
import type { Lab } from '../lab.ts'
import { compareFacts, type Deviation } from './compare.ts'
import { placeCoreDns } from './coredns-place.ts'
import { dropStaleIpvsAddresses } from './ipvs-addresses.ts'
import { foreignOnly, type Repair, repairOf } from './node-repair.ts'
import { overlayNodes, overlayProblems } from './overlay-problems.ts'
import { lookAt, type Place, placesOf } from './place.ts'
import { archiveOf, type Pristine, readPristine, systemPodIps } from './pristine.ts'
import { type Agent, restartAgents, restartFailing } from './restart-agents.ts'
import { restoreObjects } from './restore-objects.ts'
import { smokeTest } from './smoke.ts'
import { repairSurroundings } from './surroundings.ts'

/**
 * kube-proxy and flannel put their rules right within this time (milliseconds) if they can. Each further round waits
 * twice as long, since on a busy machine a restarted agent may need a minute.
 */
const SELF_REPAIR = 8000
const ROUNDS = 5

/**
 * Brings a running lab back to the state it had at the end of `up`, whatever a test did to its objects, nodes and
 * networks, and proves it by a smoke test. `log` gets one line for each thing that was not as it was; returns how many
 * there were. Throws with what could not be brought back.
 */
export async function resetLab(lab: Lab, log: (line: string) => void): Promise<number> {
  const pristine = await readPristine(lab)
  const said = new Set<string>()
  const say = (line: string): void => {
    if (!said.has(line)) log(line)
    said.add(line)
  }
  await repairSurroundings(lab, say)
  const agents = await repairForeign(lab, pristine, say)
  await waitForApi(lab)
  for (const line of await restoreObjects(lab, pristine.objects)) {
    say(line)
    for (const [pattern, agent] of OWNERS) if (pattern.test(line)) agents.add(`${agent} *`)
  }
  await restartAgents(lab, agents)
  for (const line of await dropStaleIpvsAddresses(lab)) say(line)
  await settle(lab, pristine, say)
  if (await placeCoreDns(lab, pristine.corednsNodes)) say('CoreDNS ran on other nodes')
  const failed = await smokeTest(lab)
  if (failed.length > 0) {
    failed.forEach(say)
    await restartAgents(lab, new Set(['kube-proxy *', 'flannel *', 'coredns *']))
    await settle(lab, pristine, say)
    const still = await smokeTest(lab)
    if (still.length > 0) throw new Error([`Cluster ${lab.name} is not back:`, ...still].join('\n  '))
  }
  await settle(lab, pristine, say)
  return said.size
}

/** Which agent has to start again after which object was put back, since it reads it at its start only. */
const OWNERS: [RegExp, Agent][] = [
  [/kube-proxy|node-proxier/, 'kube-proxy'],
  [/flannel/, 'flannel'],
  [/ConfigMap kube-system\/coredns|system:coredns/, 'coredns'],
]

/** Repairs what does not follow from the cluster's objects, so that nodes and API server can talk at all. */
async function repairForeign(lab: Lab, pristine: Pristine, say: (line: string) => void): Promise<Set<string>> {
  const agents = new Set<string>()
  const repairPlace = async (place: Place): Promise<void> => {
    for (let round = 0; round < 2; round++) {
      const { facts } = await lookAt(place, [])
      const deviations = foreignOnly(compareFacts(pristine.places[place.name]!, facts))
      if (deviations.length === 0) break
      if (round === 0) for (const line of describe(place.name, deviations)) say(line)
      await apply(lab, place, repairOf(deviations, archiveOf(lab, place.name)), agents)
    }
    // Established TCP connections stay: a flushed one is picked up again without its address translation.
    if (place.isNode) await place.run('conntrack -D -p udp; conntrack -D -p tcp --state SYN_SENT; true')
  }
  await Promise.all(placesOf(lab).map(repairPlace))
  return agents
}

/** Waits until the lab is healthy and every place as it was, and repairs what does not come right by itself. */
async function settle(lab: Lab, pristine: Pristine, say: (line: string) => void): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const patience = Date.now() + SELF_REPAIR * 2 ** round
    let problems: string[]
    let left: PlaceDeviations[]
    do {
      problems = await healthProblems(lab)
      left = problems.length === 0 ? await deviationsNow(lab, pristine) : []
      if (problems.length === 0 && left.length === 0) return
      await sleep(500)
    } while (Date.now() < patience)
    if (problems.length > 0) left = await deviationsNow(lab, pristine)
    if (round === ROUNDS - 1) throw new Error(notBack(lab, problems, left))
    await repairAll(lab, left, say)
  }
}

function notBack(lab: Lab, problems: readonly string[], left: readonly PlaceDeviations[]): string {
  const lines = left.flatMap(({ place, deviations }) => describe(place.name, deviations))
  return [`Cluster ${lab.name} is not back:`, ...problems, ...lines].join('\n  ')
}

type PlaceDeviations = { place: Place; deviations: Deviation[] }

async function repairAll(lab: Lab, left: readonly PlaceDeviations[], say: (line: string) => void): Promise<void> {
  const agents = new Set<string>()
  for (const { place, deviations } of left) {
    for (const line of describe(place.name, deviations)) say(line)
    await apply(lab, place, repairOf(deviations, archiveOf(lab, place.name)), agents)
  }
  await restartAgents(lab, agents)
  await restartFailing(lab)
  // A pod bridge that is gone comes back with the next pod.
  const bridgeless = left.some(({ deviations }) =>
    deviations.some((one) => one.missing.some((fact) => /^cni0 /.test(fact))),
  )
  if (bridgeless && (await healthProblems(lab)).length === 0) await smokeTest(lab)
}

async function deviationsNow(lab: Lab, pristine: Pristine): Promise<PlaceDeviations[]> {
  const pods = await systemPodIps(lab)
  const nodes = overlayNodes(JSON.parse((await lab.kubectl(['get', 'nodes', '-o', 'json'])).stdout))
  const all = placesOf(lab).map(async (place) => {
    const { output, facts } = await lookAt(place, pods)
    const deviations = compareFacts(pristine.places[place.name]!, facts)
    const overlay = place.isNode ? overlayProblems(output, place.name, nodes) : []
    if (overlay.length > 0) deviations.push({ section: 'overlay', extra: overlay, missing: [] })
    return { place, deviations }
  })
  return (await Promise.all(all)).filter(({ deviations }) => deviations.length > 0)
}

async function apply(lab: Lab, place: Place, repair: Repair, agents: Set<string>): Promise<void> {
  // Each command stands for itself: one may fail because another repaired more than its own part.
  if (repair.commands.length > 0) await place.run(`${repair.commands.join('\n')}\ntrue`)
  for (const agent of repair.restart) agents.add(`${agent} ${place.name}`)
  if (lab.nodes.includes(place.name) && repair.commands.some((line) => line.includes('pkill'))) await sleep(1000)
}

function describe(place: string, deviations: readonly Deviation[]): string[] {
  return deviations.flatMap(({ section, extra, missing }) => [
    ...extra.slice(0, 5).map((fact) => `${place} ${section}: extra: ${fact}`),
    ...missing.slice(0, 5).map((fact) => `${place} ${section}: missing: ${fact}`),
    ...(extra.length > 5 || missing.length > 5 ? [`${place} ${section}: and more`] : []),
  ])
}

async function waitForApi(lab: Lab): Promise<void> {
  for (let tries = 0; tries < 90; tries++) {
    if ((await lab.kubectl(['get', '--raw', '/readyz'], { timeout: 5000 })).exitCode === 0) return
    await sleep(1000)
  }
  throw new Error((await healthProblems(lab)).join('\n'))
}
