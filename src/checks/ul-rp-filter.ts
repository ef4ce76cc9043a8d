import { guiltOf } from '../facts/guilt.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-rp-filter',
  title: 'No strict reverse path check stands against an asymmetric way',
  item: 'node',
  needs: ['endings', 'world', 'cells', 'courses'],
  run({ endings, world, cells, courses }) {
    return endings.flatMap(({ end }) => {
      const proof = end.proof.find((p) => p.path.endsWith('/sysctls.txt') && /rp_filter/.test(p.quote ?? ''))
      if (end.fate !== 'dropped' || !proof) return []
      const keys = [
        ...(world.nodes.get(end.node) && 'value' in world.nodes.get(end.node)!.sysctls
          ? (world.nodes.get(end.node)!.sysctls as { value: Map<string, { value: string }> }).value
          : new Map<string, { value: string }>()),
      ]
        .filter(([key, s]) => /^net\/ipv4\/conf\/[^/]+\/rp_filter$/.test(key) && s.value.trim() === '1')
        .map(([key]) => key)
      const change = {
        change: 'several' as const,
        changes: keys.map((key) => ({ change: 'set-sysctl' as const, node: end.node, key, value: '2' })),
      }
      return [
        {
          says: `${end.node} drops packets from ${end.packet?.source ?? 'there'} because the way back to their source leads through another interface, and its reverse path check is strict (rp_filter = 1).`,
          on: end.node,
          proof: end.proof,
          why: 'the check compares the interface a packet came in by with the route to its source; symmetric ways pass it',
          fix: [
            `# on ${end.node}: make the routes symmetric, or check loosely:`,
            ...keys.map((key) => `sysctl -w ${key.replaceAll('/', '.')}=2`),
          ],
          permanent: [`# on ${end.node}:`, `echo 'net.ipv4.conf.all.rp_filter = 2' > /etc/sysctl.d/99-rp-filter.conf`],
          explains: guiltOf({ world, cells, courses }, change),
          change,
        },
      ]
    })
  },
})
