import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { mustRun } from '../command.ts'
import { VERSIONS } from '../versions.ts'
import { machineMirror } from './machine.ts'
import type { Stage } from './stage.ts'

const INSTALL = [
  'set -e',
  'apt-get update -q',
  'apt-get install -y -q --no-install-recommends firewalld dbus',
  'apt-get clean',
  'rm -rf /var/lib/apt/lists/*',
].join('\n')

/** The build stage of a Debian tree with firewalld, which a node runs in a chroot beside its own programs. */
export function firewalldRootStage(rootfs: string): Stage {
  return {
    name: 'firewalld-root',
    inputs: { rootfs: basename(rootfs), recipe: INSTALL },
    build: async (dir) => {
      await rm(dir, { recursive: true })
      await mustRun('Copying the root file system', 'cp', ['-a', rootfs, dir], { timeout: 300_000 })
      await writeFile(join(dir, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 })
      await mkdir(join(dir, 'etc/apt'), { recursive: true })
      await writeFile(join(dir, 'etc/apt/sources.list'), `deb ${await machineMirror()} ${VERSIONS.debian} main\n`)
      await cp('/etc/resolv.conf', join(dir, 'etc/resolv.conf'))
      await cp('/etc/hosts', join(dir, 'etc/hosts'))
      const proxy = await readFile('/etc/apt/apt.conf', 'utf8').catch(() => '')
      await writeFile(join(dir, 'etc/apt/apt.conf'), proxy)
      const mounts = 'mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" && exec chroot "$0" /bin/sh -c "$1"'
      const install = ['--mount', '--pid', '--fork', '/bin/sh', '-c', mounts, dir, INSTALL]
      await mustRun('Installing firewalld', 'unshare', install, { timeout: 20 * 60_000 })
      for (const file of ['sources.list', 'apt.conf']) await rm(join(dir, 'etc/apt', file))
    },
  }
}
