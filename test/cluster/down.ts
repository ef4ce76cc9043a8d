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
  // Version 1 has one directory for each controller, version 2 one at the top. The last processes of a killed node may
  // still be on their way out.
  const script = `for try in $(seq 50); do
    left=
    for id in $0; do
      for dir in /sys/fs/cgroup/k8s.io/$id /sys/fs/cgroup/*/k8s.io/$id; do
        [ ! -d $dir ] || rmdir $dir 2> /dev/null || left=yes
      done
    done
    [ "$left" ] || exit 0
    sleep 0.1
  done`
  await mustRun('Removing control groups', '/bin/sh', ['-c', script, ids.join(' ')])
}
