import { access, cp, link, lstat, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { mustRun } from '../command.ts'
import { KUBE_NAMES } from './go-programs.ts'
import type { LayerName } from './image-list.ts'

/** Directories of finished build stages that layers take their files from. */
export type LayerSources = {
  rootfs: string
  kube: string
  coredns: string
  flannel: string
  cni: string
  pause: string
  netpol?: string | undefined
}

/** Commands that Alpine has from busybox; those that netshoot and agnhost install packages for are left out. */
const BUSYBOX =
  `sh ash [ awk base64 basename cat chgrp chmod chown chroot cmp cp cut date dd df diff dirname dmesg du echo egrep
  env expand expr factor false fgrep find fold free getopt grep gunzip gzip head hexdump hostid hostname id ifconfig
  kill killall less ln ls lsmod md5sum mkdir mkfifo mknod mktemp mv netstat nl nohup od paste pidof printf ps pwd
  readlink realpath renice rev rm rmdir route sed seq setsid sha1sum sha256sum sha512sum shred shuf sleep sort split
  stat strings stty sync sysctl tac tail tee test time timeout top touch tr true truncate tty uname unexpand uniq
  unlink uptime usleep vi watch wc wget which who whoami xargs yes`.split(/\s+/)

/** In agnhost these come from busybox, too, or do not exist: the tools layer has more than that image. */
const NOT_IN_AGNHOST = `arptables arptables-nft arptables-nft-restore arptables-nft-save arptables-restore
  arptables-save ebtables ebtables-nft ebtables-nft-restore ebtables-nft-save ebtables-restore ebtables-save
  conntrack ethtool ip6tables ip6tables-apply ip6tables-legacy ip6tables-legacy-restore ip6tables-legacy-save
  ip6tables-nft ip6tables-nft-restore ip6tables-nft-save ip6tables-restore ip6tables-save ip6tables-translate ipset
  iptables iptables-apply iptables-legacy iptables-legacy-restore iptables-legacy-save iptables-nft
  iptables-nft-restore iptables-nft-save iptables-restore iptables-save iptables-translate iptables-xml ipvsadm
  ipvsadm-restore ipvsadm-save jq mtr mtr-packet nft openssl ping4 ping6 socat tcpdump xtables-legacy-multi
  xtables-monitor xtables-nft-multi`.split(/\s+/)
const BUSYBOX_IN_AGNHOST = ['arping', 'ping', 'traceroute']

/** Writes one layer as an uncompressed tar archive to `tar`; `work` is a scratch directory of the caller. */
export async function writeLayer(name: LayerName, sources: LayerSources, work: string, tar: string): Promise<void> {
  const tree = name === 'tools' ? sources.rootfs : join(work, `layer-${name}`)
  if (name !== 'tools') {
    await mkdir(tree, { recursive: true })
    await FILL[name](tree, sources)
  }
  const stable = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner']
  const args = name === 'tools' ? ['--sort=name', '--numeric-owner'] : stable
  await mustRun(`Packing the image layer ${name}`, 'tar', [...args, '-C', tree, '-cf', tar, '.'], { timeout: 300_000 })
}

type Fill = (tree: string, sources: LayerSources) => Promise<void>

const FILL: Record<Exclude<LayerName, 'tools'>, Fill> = {
  busybox: async (tree, { rootfs }) => {
    const applets = await appletsOf(rootfs)
    for (const name of BUSYBOX.filter((applet) => applets.has(applet))) await busyboxLink(tree, rootfs, name)
  },
  'agnhost-trim': async (tree, { rootfs }) => {
    for (const name of NOT_IN_AGNHOST) {
      const path = await pathInRootFs(rootfs, name)
      // An empty file `.wh.NAME` takes NAME of the layers below away (OCI image specification, layers).
      if (path) await place(join(tree, dirname(path), `.wh.${name}`), (file) => writeFile(file, ''))
    }
    for (const name of BUSYBOX_IN_AGNHOST) await busyboxLink(tree, rootfs, name)
  },
  kube: async (tree, { kube }) => {
    await program(join(kube, 'kube'), join(tree, 'usr/local/bin/kube'))
    for (const name of KUBE_NAMES) await symlink('kube', join(tree, 'usr/local/bin', name))
  },
  pause: (tree, { pause }) => program(join(pause, 'pause'), join(tree, 'pause')),
  coredns: (tree, { coredns }) => program(join(coredns, 'coredns'), join(tree, 'coredns')),
  flannel: async (tree, { flannel, cni }) => {
    await program(join(flannel, 'flanneld'), join(tree, 'opt/bin/flanneld'))
    await program(join(cni, 'flannel'), join(tree, 'flannel'))
  },
  agnhost: (tree, { kube }) => program(join(kube, 'agnhost'), join(tree, 'agnhost')),
  legacy: async (tree) => {
    const programs = ['iptables', 'ip6tables'].flatMap((name) => ['', '-save', '-restore'].map((end) => name + end))
    for (const name of programs) {
      const target = `/usr/sbin/${name.replace('tables', 'tables-legacy')}`
      await place(join(tree, 'etc/alternatives', name), (file) => symlink(target, file))
    }
  },
  netpol: async (tree, { netpol }) => {
    if (!netpol) throw new Error('The layer netpol needs the build stage go-netpol, which was not built.')
    await program(join(netpol, 'netpol'), join(tree, 'usr/bin/netpol'))
  },
}

async function busyboxLink(tree: string, rootfs: string, name: string): Promise<void> {
  const path = (await pathInRootFs(rootfs, name)) ?? `usr/bin/${name}`
  await place(join(tree, path), (file) => symlink('/usr/bin/busybox', file))
}

async function appletsOf(rootfs: string): Promise<Set<string>> {
  const list = await mustRun('Listing the commands of busybox', 'chroot', [rootfs, '/usr/bin/busybox', '--list'])
  return new Set(list.split('\n'))
}

async function pathInRootFs(rootfs: string, name: string): Promise<string | undefined> {
  for (const dir of ['usr/bin', 'usr/sbin', 'usr/local/bin']) {
    const path = `${dir}/${name}`
    const there = await lstat(join(rootfs, path)).then(
      () => true,
      () => false,
    )
    if (there) return path
  }
  return undefined
}

async function program(from: string, to: string): Promise<void> {
  await access(from)
  // A hard link is enough for packing; another file system needs the copy.
  await place(to, (file) => link(from, file).catch(() => cp(from, file)))
}

async function place(file: string, write: (file: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await write(file)
}
