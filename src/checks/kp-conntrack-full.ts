import { blameSome, endedAs } from '../facts/blame.ts'
import { foreseen } from '../facts/endings.ts'
import type { Cell } from '../model.ts'
import type { Course } from '../walk/world.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-conntrack-full',
  title: "The nodes' connection tracking tables have room",
  item: 'node',
  needs: ['tracking', 'cells', 'courses', 'evidence'],
  leadsTo: ['ul-overlay-udp-blocked', 'ep-ready-but-dead', 'ul-overlay-external-firewall'],
  run({ tracking, cells, courses, evidence }) {
    return [...tracking].flatMap(([node, t]) => {
      const { count, max } = t
      // the kernel keeps 5 % or so back by dropping unassured entries early; it refuses new ones at the limit
      if (!count || !max || max.value === 0 || count.value < max.value * 0.97) return []
      const drops = t.stats.get('drop') ?? 0
      return [
        {
          says: `The connection tracking table of ${node} is full (${count.value} of ${max.value}${drops > 0 ? `, ${drops} packets dropped` : ''}): new connections through this node are dropped.`,
          on: node,
          proof: [evidence.proofLine(t.path, count.line), evidence.proofLine(t.path, max.line)],
          why: 'every new connection from, to or through the node needs an entry; existing ones go on, so it looks random',
          fix: [
            `# on ${node}: find who fills it (conntrack -L), and make room:`,
            `sysctl -w net.netfilter.nf_conntrack_max=${max.value * 2}`,
          ],
          permanent: ['# conntrack.maxPerCore (or min) in the kube-proxy ConfigMap; it sets the limit at each start'],
          explains: blameSome(
            cells,
            (cell) =>
              endedAs(cell, 'timeout', 'denied', 'late') &&
              passes(node, cell, courses.get(cell.id) ?? []) &&
              !foreseen(courses.get(cell.id) ?? []),
          ),
        },
      ]
    })
  },
})

/**
 * Whether a probe goes through the node: by its ends, or by its walk, there or back. One to the Service's address may: a full table makes
 * pods unready and ready again, so which endpoints its rules had at that moment is not known.
 */
function passes(node: string, { from, to }: Cell, courses: readonly Course[]): boolean {
  if (from.node === node || to.node === node || to.node === undefined) return true
  return courses.some((course) =>
    [...course.steps, ...(course.back?.steps ?? [])].some((step) => step.at.startsWith(`${node}/`)),
  )
}
