import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { mustRun } from './command.ts'
import { stopDaemon } from './daemon.ts'
import { labFiles } from './lab-files.ts'
import { netnsName } from './lab-plan.ts'
import { netnsOf } from './net/netns.ts'

/**
 * Takes a lab away with everything that belongs to it: processes, network namespaces, control groups, state. Works on
 * whatever a crashed `up` left, and does nothing for a lab that does not exist.
 */
export async function takeDown(name: string): Promise<void> {
  const files = labFiles(name)
  const containers = await containerIds(files.root)
  const daemons = await readdir(join(files.root, 'pid')).catch(() => [])
  await Promise.all(daemons.map((daemon) => stopDaemon(files, daemon)))
  for (const netns of await netnsOf(netnsName(name, ''))) {
    await mustRun(`Deleting network namespace ${netns}`, 'ip', ['netns', 'del', netns])
  }
  await removeCgroups(containers)
  await rm(files.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}

/** Ids of all containers and sandboxes of a lab: each has a control group that outlives a killed node. */
async function containerIds(root: string): Promise<string[]> {
  const nodes = await readdir(join(root, 'nodes')).catch(() => [])
  const ids = nodes.map((node) =>
    readdir(join(root, 'nodes', node, 'run/containerd/io.containerd.runtime.v2.task/k8s.io')).catch(() => []),
  )
  return (await Promise.all(ids)).flat()
}

async function removeCgroups(ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  // Control groups of version 1 lie below one directory for each controller, those of version 2 at the top.
  const script = 'for id in $0; do rmdir /sys/fs/cgroup/k8s.io/$id /sys/fs/cgroup/*/k8s.io/$id 2>/dev/null; done; true'
  await mustRun('Removing control groups', '/bin/sh', ['-c', script, ids.join(' ')])
}
