import { parseArgs } from 'node:util'
import { pinCoreDns } from '../scenarios/verbs/dns-server.ts'
import { restoreBase } from '../scenarios/verbs/web.ts'
import { openLab } from './lab.ts'
import { wholeWithin } from './play-matrix.ts'
import { proxyMode } from './play-stage.ts'
import { openTool, type Tool } from './play-tool.ts'
import type { Stage } from './scenario.ts'

const LIMIT = 2.5
const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.57'

/**
 * The whole command on a healthy Service against the least that any tool with a pod can need, a `kubectl run` of the same
 * image, turn by turn. Prints both; ends with 1 when the command takes more than 2.5 times as long.
 */
async function time(lab: string, rounds: number): Promise<number> {
  const opened = await openLab(lab)
  const stage: Stage = Object.assign(opened, { mode: proxyMode(opened) })
  await pinCoreDns(stage)
  await restoreBase(stage)
  const broken = await wholeWithin(stage, 60)
  if (broken.length > 0)
    throw new Error(`cluster ${lab} is not healthy: ${broken[0]}: npm run cluster -- reset --name ${lab}`)
  const tool = await openTool()
  try {
    const ours: number[] = []
    const theirs: number[] = []
    for (let i = 0; i < rounds; i++) {
      theirs.push(
        await seconds(tool, stage, `kubectl run x --rm -i --restart=Never --image=${IMAGE} --command -- true`),
      )
      ours.push(await seconds(tool, stage, 'kubectl svc-debug web --node-probes=never'))
    }
    const ratio = median(ours) / median(theirs)
    console.log(
      `kubectl run:       ${theirs.map((one) => one.toFixed(2)).join(' ')} s, median ${median(theirs).toFixed(2)} s`,
    )
    console.log(
      `kubectl svc-debug: ${ours.map((one) => one.toFixed(2)).join(' ')} s, median ${median(ours).toFixed(2)} s`,
    )
    console.log(`ratio ${ratio.toFixed(2)}, at most ${LIMIT} is wanted`)
    return ratio <= LIMIT ? 0 : 1
  } finally {
    tool.close()
  }
}

async function seconds(tool: Tool, stage: Stage, line: string): Promise<number> {
  const started = performance.now()
  const { exitCode, stderr, stdout } = await tool.paste(stage, line)
  if (exitCode !== 0) throw new Error(`${line}: exit ${exitCode}: ${(stderr || stdout).trim()}`)
  return (performance.now() - started) / 1000
}

function median(some: number[]): number {
  const sorted = [...some].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const { values } = parseArgs({
  options: { lab: { type: 'string', default: 'a' }, rounds: { type: 'string', default: '5' } },
})
try {
  process.exitCode = await time(values.lab, Number(values.rounds))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
