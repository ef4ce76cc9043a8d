import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { mustRun } from '../command.ts'
import { VERSIONS } from '../versions.ts'
import { machineMirror } from './machine.ts'
import type { Stage } from './stage.ts'

const PACKAGES = [
  'bind9-dnsutils',
  'busybox',
  'ca-certificates',
  'conntrack',
  'curl',
  'ethtool',
  'iproute2',
  'ipset',
  'iptables',
  'iputils-arping',
  'iputils-ping',
  'ipvsadm',
  'jq',
  'kmod',
  'mtr-tiny',
  'netcat-openbsd',
  'nftables',
  'openssl',
  'procps',
  'socat',
  'tcpdump',
  'traceroute',
]

const UNNEEDED = ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/locale', 'usr/share/man', 'dev']

/** The build stage of the Debian root file system below the tool images (kube-proxy, flannel, agnhost, netshoot). */
export function rootFsStage(): Stage {
  return {
    name: 'rootfs',
    inputs: { recipe: JSON.stringify([VERSIONS.debian, PACKAGES, UNNEEDED]) },
    build: async (dir) => {
      const mirror = await machineMirror()
      const include = `--include=${PACKAGES.join(',')}`
      await mustRun(
        'Making the root file system of the tool images',
        'debootstrap',
        ['--variant=minbase', include, VERSIONS.debian, dir, mirror],
        { timeout: 20 * 60_000 },
      )
      for (const path of UNNEEDED) await empty(join(dir, path))
    },
  }
}

async function empty(dir: string): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) await rm(join(dir, name), { recursive: true, force: true })
}
