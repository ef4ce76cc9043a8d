import { mustRun } from '../command.ts'
import { daemonPid } from '../daemon.ts'
import type { Lab } from '../lab.ts'
import { labFiles } from '../lab-files.ts'
import { netnsName } from '../lab-plan.ts'
import { readRecord } from '../lab-record.ts'
import { startApiRelay } from '../net/api-relay.ts'
import { netnsOf } from '../net/netns.ts'
import { startUpstreamDns } from '../net/upstream-dns.ts'
import { restartNode } from '../node/start-node.ts'
import { placesOf } from './place.ts'

/** Brings back what a lab consists of outside its nodes and objects: its processes, and no host too many. */
export async function repairSurroundings(lab: Lab, say: (line: string) => void): Promise<void> {
  const record = (await readRecord(lab.name))!
  const files = labFiles(lab.name)
  const own = placesOf(lab).map((place) => netnsName(lab.name, place.name))
  for (const netns of (await netnsOf(netnsName(lab.name, ''))).filter((name) => !own.includes(name))) {
    say(`network namespace ${netns} is extra`)
    await mustRun(`Deleting network namespace ${netns}`, 'ip', ['netns', 'del', netns])
  }
  for (const daemon of ['upstream-dns', 'api-inside', 'api-outside']) {
    const pid = await daemonPid(files, daemon)
    if (pid === undefined) say(`${daemon} does not run`)
    else process.kill(pid, 'SIGCONT')
  }
  await startUpstreamDns(lab.name, files, record.artifacts)
  await startApiRelay(lab.name, record.apiPort, files)
  for (const node of lab.nodes) {
    if ((await daemonPid(files, node)) !== undefined) continue
    say(`${node} does not run`)
    await restartNode(lab.name, node, record.options, files, record.artifacts)
  }
}
