import { join } from 'node:path'
import { firewalldRootStage } from '../build/firewalld-root.ts'
import { ensureStage } from '../build/stage.ts'
import type { CommandResult } from '../command.ts'
import type { Lab } from '../lab.ts'
import { readRecord } from '../lab-record.ts'

const START_TIMEOUT = 60_000

/** A real firewalld inside one node. */
export type Firewalld = {
  /** Runs firewall-cmd with the given arguments. */
  cmd: (args: string) => Promise<CommandResult>
  /** Ends it as systemd would; it takes its rules away. */
  stop: () => Promise<CommandResult>
}

/**
 * Starts firewalld in a node, with Debian's stock configuration (zone public, nothing opened). The first use on a
 * machine installs it into a tree of its own. Throws if it does not run after a minute.
 *
 * Starting it, every `--reload` and stopping it empty all iptables-nft rules; kube-proxy has them back in about 15 s.
 */
export async function startFirewalld(
  lab: Lab,
  node: string,
  log: (line: string) => void = () => {},
): Promise<Firewalld> {
  const rootFs = (await readRecord(lab.name))!.artifacts.rootFs
  const lower = await ensureStage(firewalldRootStage(rootFs), log)
  const dir = join(lab.directory, 'nodes', node, 'firewalld')
  const root = join(dir, 'root')
  const script = [
    'set -e',
    `mountpoint -q ${root} && umount -R -l ${root} || true`,
    `rm -rf ${dir}; mkdir -p ${root} ${dir}/upper ${dir}/work`,
    `mount -t overlay overlay -o lowerdir=${lower},upperdir=${dir}/upper,workdir=${dir}/work ${root}`,
    `mount -t proc proc ${root}/proc; mount -t tmpfs run ${root}/run; mount --bind /dev ${root}/dev`,
    `mkdir -p ${root}/run/dbus; chroot ${root} dbus-uuidgen --ensure`,
    `chroot ${root} dbus-daemon --system --fork --nopidfile`,
    `setsid chroot ${root} firewalld --nofork --nopid > /var/log/firewalld.log 2>&1 < /dev/null &`,
    `for i in $(seq 100); do chroot ${root} firewall-cmd --state 2> /dev/null | grep -q running && exit 0; sleep 0.3; done`,
    'tail -n 5 /var/log/firewalld.log >&2; exit 1',
  ].join('\n')
  const started = await lab.node(node, script, { timeout: START_TIMEOUT })
  if (started.exitCode !== 0) throw new Error(`${node}: firewalld does not run: ${started.stderr.trim()}`)
  return {
    cmd: (args) => lab.node(node, `chroot ${root} firewall-cmd ${args}`, { timeout: START_TIMEOUT }),
    stop: () =>
      lab.node(
        node,
        `pkill -TERM -f '[f]irewalld --nofork'; sleep 2; pkill -f '[d]bus-daemon --system'; pkill -x polkitd; umount -R -l ${root}`,
      ),
  }
}
