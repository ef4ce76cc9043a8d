import { type BlockingLine, blockingLines } from '../facts/blocking-lines.ts'
import { undoLine } from '../facts/undo-line.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-line-in-the-way',
  title: "No line of the nodes' rules, routes and neighbours keeps the probes from arriving",
  item: 'node',
  needs: ['world', 'cells', 'courses', 'evidence'],
  fallback: true,
  run(facts) {
    return blockingLines(facts).map((line) => {
      const { node, proof, change, explains } = line
      const undo = undoLine(facts.world, node, proof.path, proof.line!)
      return {
        says: `On ${node} ${undo?.what ?? 'one line'} ${deed(line)}.`,
        on: node,
        proof: [proof],
        why: 'followed through the nodes by all that was read, without this line every packet of the probes that it explains arrives, and none of those that came through needs it',
        fix: undo?.commands ?? [`# on ${node}: take out what the proof shows`],
        permanent: [
          `# take it out of what makes it on ${node} (firewall, network configuration, agent), or it comes back`,
        ],
        ...(line.untold === undefined ? {} : { unsure: 'whether it is this line that stopped them cannot be read' }),
        explains,
        change,
      }
    })
  },
})

function deed({ by, untold }: BlockingLine): string {
  if (untold !== undefined) return `decides by what cannot be read (${untold}), and the probes that meet it fail`
  return `keeps the Service's packets from arriving${by ? `: ${by}` : ''}`
}
