import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Artifacts } from '../artifacts.ts'
import { daemonPid, startDaemon } from '../daemon.ts'
import type { LabFiles } from '../lab-files.ts'
import { ADDRESSES, netnsName, nodeIp } from '../lab-plan.ts'
import { ipBatch } from '../net/netns.ts'
import { runInUml } from './uml-shell.ts'

const MEMORY = '1024M'
const BOOT_TIMEOUT = 180_000
/**
 * Its kernel and its processes wait for each other at every system call and page fault: on one processor of the machine they take
 * turns, on two each turn waits in another queue (a program started 20 times slower, kube-proxy synced 8 times slower).
 */
const ON_ONE_PROCESSOR = `last=$(taskset -cp $$ | sed 's/.*[^0-9]//')
echo -10 >/proc/self/autogroup 2>/dev/null
exec taskset -c "$last" "$@"`

/**
 * Boots a node in User-mode Linux on the lab's switch and waits until its containerd answers. Its disk is a
 * copy-on-write file over the built one, so each boot is fresh. Throws with the last lines of its console.
 */
export async function startUmlNode(lab: string, node: string, files: LabFiles, artifacts: Artifacts): Promise<void> {
  const { uml } = artifacts
  if (!uml) throw new Error(`${node}: User-mode Linux was not built; this lab was made without --ipvs-node.`)
  const dir = files.node(node)
  await rm(dir, { recursive: true, force: true })
  await mkdir(join(dir, 'box'), { recursive: true })
  const hub = netnsName(lab, 'switch')
  const tap = `p-${node}`
  await ipBatch(hub, [`tuntap add dev ${tap} mode tap`, `link set ${tap} master br0`, `link set ${tap} up`])
  const argv = [
    ...['sh', '-c', ON_ONE_PROCESSOR, 'sh'],
    ...[
      'nsenter',
      `--net=/run/netns/${hub}`,
      '--',
      uml.program,
      `mem=${MEMORY}`,
      `umid=${lab}-${node}`,
      `uml_dir=${dir}/`,
    ],
    ...[
      `ubd0=${join(dir, 'disk.cow')},${uml.disk}`,
      'root=/dev/ubda',
      'rw',
      'rootfstype=ext4',
      'init=/usr/sbin/uml-init',
    ],
    `vec0:transport=tap,ifname=${tap},depth=128,gro=1,mac=52:54:00:00:00:1${node.slice(1)}`,
    ...[`node=${node}`, `nip=${nodeIp(node)}`, `dns=${ADDRESSES.router}`, `share=${dir}`],
    // Without IPv6 kube-proxy's sync takes half the time; it starts dozens of programs, which is slow in this kernel.
    ...['con=null', 'con0=null,fd:1', 'ssl=null', 'cgroup_no_v1=all', 'loglevel=5', 'ipv6.disable=1'],
  ]
  // The memory of the node is a file there; on a disk it would be written out.
  await startDaemon(files, node, argv, { TMPDIR: '/dev/shm' })
  const end = Date.now() + BOOT_TIMEOUT
  while (Date.now() < end && (await daemonPid(files, node)) !== undefined) {
    const ready = (await readdir(dir)).includes('containerd.log')
    if (ready && (await runInUml(dir, 'ctr version', { timeout: 20_000 })).exitCode === 0) return
    await sleep(500)
  }
  const output = await readFile(files.log(node), 'utf8').catch(() => '')
  const last = output.trim().split('\n').slice(-5).join('\n  ')
  throw new Error(`${node}: it did not boot to a containerd that answers within ${BOOT_TIMEOUT / 1000} s:\n  ${last}`)
}
