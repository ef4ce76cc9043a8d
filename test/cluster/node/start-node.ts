import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Artifacts } from '../artifacts.ts'
import { CNI_PLUGINS } from '../build/machine.ts'
import { mustRun } from '../command.ts'
import { startDaemon } from '../daemon.ts'
import type { LabFiles } from '../lab-files.ts'
import { ADDRESSES, type LabOptions, netnsName, nodeIp, nodeIpV6 } from '../lab-plan.ts'
import { runInNode } from './node-shell.ts'

const INIT = join(import.meta.dirname, 'node-init.sh')

/** Starts a node in its network namespace and waits until its containerd answers and has every image. */
export async function startNode(
  lab: string,
  node: string,
  options: LabOptions,
  files: LabFiles,
  artifacts: Artifacts,
): Promise<void> {
  const dir = files.node(node)
  await linkImageStore(artifacts.imageStore, join(dir, 'var/lib/containerd'))
  await mkdir(join(dir, 'cni'), { recursive: true })
  for (const name of await readdir(CNI_PLUGINS)) await cp(join(CNI_PLUGINS, name), join(dir, 'cni', name))
  await cp(artifacts.flannelCniPath, join(dir, 'cni', 'flannel'))
  await boot(lab, node, options, files, artifacts)
}

/** Starts a node again whose plug was pulled; its disk is as it was, its network devices are, too. */
export async function restartNode(
  lab: string,
  node: string,
  options: LabOptions,
  files: LabFiles,
  artifacts: Artifacts,
): Promise<void> {
  await rm(join(files.node(node), 'run'), { recursive: true, force: true })
  await boot(lab, node, options, files, artifacts)
}

async function boot(
  lab: string,
  node: string,
  options: LabOptions,
  files: LabFiles,
  artifacts: Artifacts,
): Promise<void> {
  const address = options.dualStack ? `${nodeIp(node)},${nodeIpV6(node)}` : nodeIp(node)
  const namespaces = ['--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child', '--mount-proc']
  const dir = files.node(node)
  await startDaemon(files, node, [
    ...['nsenter', `--net=/run/netns/${netnsName(lab, node)}`, 'unshare', ...namespaces],
    ...['/bin/bash', INIT, node, dir, artifacts.kubeDir, address, String(options.nodes), ADDRESSES.router],
  ])
  await waitForContainerd(files, artifacts, node)
}

/** A node's own containerd directory: files by hard link, which nobody writes to, but databases as copies. */
async function linkImageStore(store: string, target: string): Promise<void> {
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  // Without hard links (state and build on two file systems) a full copy does.
  const script = 'cp -al "$0/." "$1/" 2>/dev/null || { rm -rf "$1"; mkdir -p "$1"; cp -a "$0/." "$1/"; }'
  await mustRun('Giving a node its images', '/bin/sh', ['-c', script, store, target], { timeout: 300_000 })
  const plugins = await readdir(target, { withFileTypes: true })
  const files = await Promise.all(
    plugins
      .filter((plugin) => plugin.isDirectory())
      .map(async ({ name }) => (await readdir(join(target, name))).map((file) => join(target, name, file))),
  )
  for (const file of files.flat().filter((path) => path.endsWith('.db'))) {
    await cp(file, `${file}.own`)
    await rename(`${file}.own`, file)
  }
}

async function waitForContainerd(files: LabFiles, artifacts: Artifacts, node: string): Promise<void> {
  for (let tries = 0; tries < 120; tries++) {
    const check = ['sh', '-c', 'test -e /run/lab/started && ctr version']
    if ((await runInNode(files, artifacts, node, check, { timeout: 10_000 })).exitCode === 0) return
    await sleep(250)
  }
  const log = `${files.log(node)} and ${join(files.node(node), 'var/log/containerd.log')}`
  throw new Error(`${node}: containerd does not answer 30 s after the node's start: see ${log}`)
}
