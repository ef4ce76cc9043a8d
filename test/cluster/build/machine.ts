import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mustRun, runCommand } from '../command.ts'
import { VERSIONS } from '../versions.ts'
import { debianMirror } from './debian-mirror.ts'

/**
 * Debian package → a program it brings, by which its presence is seen. Nodes have the machine's programs, so what a
 * test runs inside a node is here, too.
 */
const PACKAGES: Readonly<Record<string, string>> = {
  containerd: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  nftables: 'nft',
  ipset: 'ipset',
  ipvsadm: 'ipvsadm',
  conntrack: 'conntrack',
  iproute2: 'ip',
  socat: 'socat',
  debootstrap: 'debootstrap',
  curl: 'curl',
  'util-linux': 'nsenter',
  procps: 'pkill',
  e2fsprogs: 'mke2fs',
  gcc: 'gcc',
  'bind9-dnsutils': 'dig',
  'iputils-ping': 'ping',
  'iputils-arping': 'arping',
  ethtool: 'ethtool',
  tcpdump: 'tcpdump',
  'netcat-openbsd': 'nc',
}

/** Where the plugins of Debian's package containernetworking-plugins lie. */
export const CNI_PLUGINS = '/usr/lib/cni'

const SBIN_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Makes sure that the machine can build and run a cluster: root, Linux, and the Debian packages, which it installs.
 * Throws one sentence that names what is missing and what to do.
 */
export async function ensureMachine(log: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux') throw new Error('The test cluster needs Linux: run it on a Debian machine.')
  if (process.getuid?.() !== 0) throw new Error('The test cluster needs root: run it again with sudo.')
  const missing = await missingPackages()
  if (missing.length === 0) return
  if (!(await hasProgram('apt-get'))) {
    throw new Error(`The test cluster needs Debian's packages ${missing.join(' ')} and there is no apt-get here.`)
  }
  log(`installing ${missing.join(' ')}`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const timeout = 600_000
  await mustRun('Refreshing the package lists', 'apt-get', ['update', '-q'], { env, timeout })
  const install = ['install', '-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...missing]
  await mustRun(`Installing ${missing.join(' ')}`, 'apt-get', install, { env, timeout })
}

/** Throws one sentence if there is no Go to build the cluster's programs with; returns what `go version` says. */
export async function ensureGo(): Promise<string> {
  const result = await runCommand('go', ['version'])
  if (result.exitCode === 0) return result.stdout.trim()
  throw new Error('The test cluster is built with Go and there is no go in PATH: install Go 1.26 or newer.')
}

/** The Debian archive that the machine itself installs from; throws if its apt sources name none for our release. */
export async function machineMirror(): Promise<string> {
  const dir = '/etc/apt/sources.list.d'
  const names = await readdir(dir).catch(() => [])
  const files = ['/etc/apt/sources.list', ...names.sort().map((name) => join(dir, name))]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  const mirror = debianMirror(texts, VERSIONS.debian)
  if (mirror) return mirror
  throw new Error(`The apt sources of this machine name no archive of Debian ${VERSIONS.debian}: add one.`)
}

async function missingPackages(): Promise<string[]> {
  const missing: string[] = []
  for (const [name, program] of Object.entries(PACKAGES)) {
    if (!(await hasProgram(program))) missing.push(name)
  }
  const plugins = await readdir(CNI_PLUGINS).catch((): string[] => [])
  if (!plugins.includes('bridge')) missing.push('containernetworking-plugins')
  return missing
}

async function hasProgram(name: string): Promise<boolean> {
  const path = `${process.env['PATH'] ?? ''}:${SBIN_PATH}`
  return (await runCommand('/bin/sh', ['-c', 'command -v "$0"', name], { env: { PATH: path } })).exitCode === 0
}
