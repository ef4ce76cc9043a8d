import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { ensureArtifacts } from './artifacts.ts'
import { bootstrapCluster } from './bootstrap.ts'
import { withLock } from './build/lock.ts'
import { daemonPid } from './daemon.ts'
import { takeDown } from './down.ts'
import { healthProblems, waitForHealth } from './health.ts'
import { startUmlNode } from './ipvs/start-uml-node.ts'
import { type Lab, labOf } from './lab.ts'
import { labFiles } from './lab-files.ts'
import { checkPlan, type LabOptions } from './lab-plan.ts'
import { type LabRecord, readRecord, writeRecord } from './lab-record.ts'
import { startApiRelay } from './net/api-relay.ts'
import { startLoadBalancer } from './net/load-balancer.ts'
import { freeLoopbackPort, preferredPort } from './net/loopback-port.ts'
import { makeNetworks } from './net/networks.ts'
import { startUpstreamDns } from './net/upstream-dns.ts'
import { startNode } from './node/start-node.ts'
import { capturePristine } from './reset/pristine.ts'
import { smokeTest } from './reset/smoke.ts'

const HEALTH_TIMEOUT = 300_000

/**
 * Brings a lab up and returns it healthy. One that is up already stays as it is; whatever a crashed `up` left is
 * cleaned away first. Throws with the decisive log lines if it does not get healthy.
 */
export async function bringUp(name: string, options: LabOptions, log: (line: string) => void): Promise<Lab> {
  checkPlan(name, options)
  const artifacts = await ensureArtifacts({ netpol: options.netpol, ipvsNode: options.ipvsNode, log })
  const files = labFiles(name)
  return withLock(`${files.root}.lock`, async () => {
    const known = await readRecord(name)
    if (known && (await isRunning(known))) return reuse(known, options)
    await takeDown(name)
    await raiseInotifyLimits()
    await mkdir(files.root, { recursive: true, mode: 0o700 })
    const apiPort = await freeLoopbackPort(preferredPort(name))
    const record: LabRecord = { name, options, apiPort, artifacts, ready: false }
    await writeRecord(record)
    const lab = labOf(record)
    await makeNetworks(name, options)
    if (options.external) await startLoadBalancer(lab)
    await startUpstreamDns(name, files, artifacts)
    await startApiRelay(name, apiPort, files)
    const booting = lab.ipvsNode ? startUmlNode(name, lab.ipvsNode, files, artifacts) : Promise.resolve()
    await Promise.all([booting, ...lab.nodes.map((node) => startNode(name, node, options, files, artifacts))])
    log('nodes started')
    await bootstrapCluster(lab, apiPort, log)
    await waitForHealth(lab, HEALTH_TIMEOUT)
    log('workloads ready')
    const failed = await smokeTest(lab)
    if (failed.length > 0) throw new Error([`Cluster ${name} does not work:`, ...failed].join('\n  '))
    log('smoke test passed')
    await capturePristine(lab)
    await writeRecord({ ...record, ready: true })
    return lab
  })
}

async function isRunning(record: LabRecord): Promise<boolean> {
  if (!record.ready) return false
  const files = labFiles(record.name)
  const pids = await Promise.all(labOf(record).nodes.map((node) => daemonPid(files, node)))
  return pids.every((pid) => pid !== undefined)
}

async function reuse(record: LabRecord, options: LabOptions): Promise<Lab> {
  const { name } = record
  if (!isDeepStrictEqual(record.options, options)) {
    throw new Error(`Cluster ${name} is up with other options: run \`npm run cluster -- down --name ${name}\` first.`)
  }
  const files = labFiles(name)
  await startUpstreamDns(name, files, record.artifacts)
  await startApiRelay(name, record.apiPort, files)
  const lab = labOf(record)
  const problems = await healthProblems(lab)
  if (problems.length === 0) return lab
  const next = `run \`npm run cluster -- reset --name ${name}\`, or \`down\` and \`up\`.`
  throw new Error([`Cluster ${name} is up but not healthy; ${next}`, ...problems].join('\n  '))
}

/** Debian's limits are for one kubelet and containerd; every node of every lab on the machine has its own. */
async function raiseInotifyLimits(): Promise<void> {
  const wanted = { max_user_instances: 4096, max_user_watches: 1_048_576 }
  for (const [name, value] of Object.entries(wanted)) {
    const file = `/proc/sys/fs/inotify/${name}`
    if (Number(await readFile(file, 'utf8')) < value) await writeFile(file, String(value))
  }
}
