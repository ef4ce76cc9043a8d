import { withNames } from '../facts/but-for.ts'
import { failed } from '../facts/cells.ts'
import { outsideTheModel } from '../facts/model-gap.ts'
import { leakyShapers } from '../facts/shapers.ts'
import type { Course } from '../walk/world.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-qdisc-drops',
  title: 'No traffic shaper of a node throws the packets away',
  item: 'node',
  needs: ['world', 'cells', 'courses', 'evidence'],
  leadsTo: ['ul-overlay-external-firewall', 'np-external-firewall', 'ul-mtu-blackhole', 'ul-node-down-or-partition'],
  run({ world, cells, courses, evidence }) {
    const lost = outsideTheModel(cells, courses)
    if (lost.length === 0) return []
    return [...world.nodes.keys()].flatMap((node) => {
      return leakyShapers(evidence, node).flatMap((shaper) => {
        const mine = lost.filter((cell) => courses.get(cell.id)!.some((course) => leavesBy(course, node, shaper.dev)))
        // what it lets through in time is part of its being slow; but some must get lost there
        if (!mine.some((cell) => failed(cell) === 'all')) return []
        return [
          {
            says: `The traffic shaper on ${shaper.dev} of ${node} (${shaper.kind}) has thrown away ${shaper.drops} packets; what ${node} sends there gets lost.`,
            on: node,
            proof: [shaper.proof],
            why: `rules, routes and neighbours let these packets through, and all of them, or their answers, leave ${node} by ${shaper.dev}`,
            fix: [`# on ${node}:`, `tc qdisc del dev ${shaper.dev} root`],
            permanent: [
              `# take it out of what makes it on ${node} (bandwidth plugin, network script, agent), or it comes back`,
            ],
            explains: withNames(
              cells,
              mine.map(({ id }) => id),
            ),
          },
        ]
      })
    })
  },
})

/** Whether a packet or its answer is sent out by a device. */
function leavesBy({ steps, back }: Course, node: string, dev: string): boolean {
  return [...steps, ...(back?.steps ?? [])].some(({ at, did }) => at === `${node}/${dev}` && !did.endsWith('comes in'))
}
