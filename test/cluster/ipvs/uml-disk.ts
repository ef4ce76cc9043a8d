import { chmod, cp, mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { KUBE_NAMES } from '../build/go-programs.ts'
import { CNI_PLUGINS } from '../build/machine.ts'
import type { Stage } from '../build/stage.ts'
import { mustRun } from '../command.ts'

export type DiskSources = { rootfs: string; kube: string; flannelCniPath: string; uml: string; imageStore: string }

const INIT = join(import.meta.dirname, 'uml-init.sh')
const CONTAINERD_CONFIG = join(import.meta.dirname, '..', 'node', 'containerd.toml')
const CONTAINERD = ['containerd', 'containerd-shim-runc-v2', 'ctr']
const SIZE = '6G'

/** The build stage of the disk of a node in User-mode Linux: its system, programs and unpacked images, as ext4. */
export async function umlDiskStage(sources: DiskSources): Promise<Stage> {
  const inputs = Object.fromEntries(Object.entries(sources).map(([name, path]) => [name, basename(path)]))
  const own = { init: await readFile(INIT), config: await readFile(CONTAINERD_CONFIG) }
  return {
    name: 'uml-disk',
    inputs: { ...inputs, ...own, cni: basename(join(sources.flannelCniPath, '..')), size: SIZE, layout: '2' },
    build: async (dir) => {
      const root = `${dir}.root`
      await rm(root, { recursive: true, force: true })
      await copy(sources.rootfs, root)
      for (const path of ['usr/local/bin', 'opt/cni/bin', 'etc/containerd', 'host', 'usr/lib/modules', 'var/lib']) {
        await mkdir(join(root, path), { recursive: true })
      }
      for (const name of CONTAINERD) await cp(join('/usr/bin', name), join(root, 'usr/bin', name))
      await cp('/usr/sbin/runc', join(root, 'usr/sbin/runc'))
      await cp(join(sources.kube, 'kube'), join(root, 'usr/local/bin/kube'))
      for (const name of KUBE_NAMES) await symlink('kube', join(root, 'usr/local/bin', name))
      for (const name of await readdir(CNI_PLUGINS)) await cp(join(CNI_PLUGINS, name), join(root, 'opt/cni/bin', name))
      await cp(sources.flannelCniPath, join(root, 'opt/cni/bin/flannel'))
      await copy(`${join(sources.uml, 'modules')}/.`, join(root, 'usr/lib/modules'))
      await cp(CONTAINERD_CONFIG, join(root, 'etc/containerd/config.toml'))
      await cp(INIT, join(root, 'usr/sbin/uml-init'))
      await chmod(join(root, 'usr/sbin/uml-init'), 0o755)
      await useLegacyIptables(root)
      await copy(sources.imageStore, join(root, 'var/lib/containerd'))
      const ext4 = ['-q', '-F', '-t', 'ext4', '-O', '^has_journal', '-E', 'lazy_itable_init=1', '-d', root]
      await mustRun('Making the disk of the IPVS node', 'mke2fs', [...ext4, join(dir, 'disk.img'), SIZE], {
        timeout: 15 * 60_000,
      })
      await rm(root, { recursive: true })
    },
  }
}

async function copy(from: string, to: string): Promise<void> {
  await mustRun(`Copying ${basename(from)}`, 'cp', ['-a', from, to], { timeout: 10 * 60_000 })
}

async function useLegacyIptables(root: string): Promise<void> {
  for (const name of ['iptables', 'ip6tables'].flatMap((one) => ['', '-save', '-restore'].map((end) => one + end))) {
    const link = join(root, 'etc/alternatives', name)
    await rm(link, { force: true })
    await symlink(`/usr/sbin/${name.replace('tables', 'tables-legacy')}`, link)
  }
}
