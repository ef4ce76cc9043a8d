import { guiltOf } from '../facts/guilt.ts'
import { check } from './check.ts'

const KEY = 'net/bridge/bridge-nf-call-iptables'

export default check({
  id: 'ul-bridge-nf-off',
  title: 'Packets that are switched between pods of a node pass its rules',
  item: 'node',
  needs: ['world', 'cells', 'courses', 'evidence'],
  run({ world, cells, courses, evidence }) {
    return [...world.nodes.values()].flatMap((node) => {
      if ('missing' in node.sysctls || 'missing' in node.links || !node.links.value.some((l) => l.kind === 'bridge'))
        return []
      const value = node.sysctls.value.get(KEY)
      if (value?.value.trim() === '1') return []
      const change = { change: 'set-sysctl' as const, node: node.name, key: KEY, value: '1' }
      return [
        {
          says: `On ${node.name} packets that are switched between its own pods do not pass iptables (${KEY.replaceAll('/', '.')} ${value ? '= 0' : 'does not exist: br_netfilter is not loaded'}), so answers of an endpoint on the same node are not translated back.`,
          on: node.name,
          proof: [evidence.proofLine(node.sysctls.path, value?.line ?? 1)],
          why: 'the client asked the cluster IP and gets an answer from the pod address, which it drops; endpoints on other nodes, direct access and the host work',
          fix: [
            `# on ${node.name}:`,
            ...(value ? [] : ['modprobe br_netfilter']),
            `sysctl -w ${KEY.replaceAll('/', '.')}=1`,
          ],
          permanent: [
            `# on ${node.name}:`,
            'echo br_netfilter > /etc/modules-load.d/kubernetes.conf',
            `echo '${KEY.replaceAll('/', '.')} = 1' > /etc/sysctl.d/99-kubernetes.conf`,
          ],
          explains: guiltOf({ world, cells, courses }, change),
          change,
        },
      ]
    })
  },
})
