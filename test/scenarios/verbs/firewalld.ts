import { startFirewalld } from '../../cluster/node/firewalld.ts'
import type { Step } from '../../cluster/scenario.ts'
import { shell, until } from './run.ts'

/**
 * A real firewalld on a node, with its stock zone and what the arguments of `firewall-cmd --permanent` add. Start and
 * reload empty the rules of kube-proxy; waits until they are back (or not, with `settled` false).
 */
export function firewalld(node: string, permanent: string[], settled = true): Step {
  return async (stage) => {
    const { cmd } = await startFirewalld(stage, node)
    for (const args of permanent) await cmd(`--permanent ${args}`)
    await cmd('--reload')
    if (!settled) return
    await until(`the rules of kube-proxy are back on ${node}`, 90, async () => {
      const count = stage.mode === 'nftables' ? 'nft list table ip kube-proxy' : 'iptables-save -t nat'
      return Number(await shell(stage, node, `${count} | grep -c default/web || true`)) > 3
    })
  }
}

/** Ends it. Its view of /sys is made private first, or unmounting it would take the node's cgroups away. */
export function firewalldOff(node: string): Step {
  return async (stage) => {
    const root = `${stage.directory}/nodes/${node}/firewalld/root`
    await stage.node(
      node,
      `pkill -TERM -f '[f]irewalld --nofork'; sleep 2; pkill -f '[d]bus-daemon --system'; mount --make-rprivate ${root}/sys; umount -R -l ${root}; true`,
      { timeout: 60_000 },
    )
  }
}

/** What has to be open on a node in any case: the kubelet and the node ports. */
export const OPEN = ['--add-port=10250/tcp', '--add-port=30000-32767/tcp']

/** What lets pods through as well; firewall-cmd heeds one of `--add-…` a call only. */
export const TRUSTED = ['source=10.244.0.0/16', 'interface=cni0', 'interface=flannel.1'].map(
  (what) => `--zone=trusted --add-${what}`,
)
