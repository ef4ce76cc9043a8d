import { guiltOf } from '../facts/guilt.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-ip-forward-off',
  title: 'The nodes forward packets',
  item: 'node',
  needs: ['world', 'cells', 'courses', 'evidence'],
  run({ world, cells, courses, evidence }) {
    return [...world.nodes.values()].flatMap((node) => {
      if ('missing' in node.sysctls) return []
      const off = [...node.sysctls.value].filter(
        ([key, s]) =>
          /^net\/ipv4\/(ip_forward|conf\/(all|cni0|eth0|flannel\.1)\/forwarding)$/.test(key) && s.value.trim() === '0',
      )
      const main = off.find(([key]) => key === 'net/ipv4/ip_forward') ?? off[0]
      if (!main) return []
      const change = {
        change: 'several' as const,
        changes: off.map(([key]) => ({ change: 'set-sysctl' as const, node: node.name, key, value: '1' })),
      }
      const name = main[0].replaceAll('/', '.')
      return [
        {
          says: `${node.name} does not forward packets (${name} = 0): its pods are cut off from everything outside the node.`,
          on: node.name,
          proof: [evidence.proofLine(node.sysctls.path, main[1].line)],
          why: "packets from and to its pods must be forwarded by the node; the host's own packets, and pods on the same bridge, do not need that",
          fix: [`# on ${node.name}:`, `sysctl -w ${name}=1`],
          permanent: [`# on ${node.name}:`, `echo '${name} = 1' > /etc/sysctl.d/99-kubernetes.conf && sysctl --system`],
          explains: guiltOf({ world, cells, courses }, change),
          change,
        },
      ]
    })
  },
})
