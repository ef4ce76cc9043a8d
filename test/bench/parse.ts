/**
 * `npm run bench:parse`: time and memory of reading 200,000 lines of kube-proxy rules, each measured in a process of its own,
 * bundled as the command is shipped, start-up included. Bars: whole parse 0.6 s CPU and 320 MiB; one Service's path 0.2 s and 150 MiB. Exit 1 above a bar.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { iptablesDump, nftDump } from './kube-proxy-dump.ts'

const RUNS = 5
const bars = { all: { seconds: 0.6, mebibytes: 320 }, one: { seconds: 0.2, mebibytes: 150 } }

interface Cost {
  found: number
  seconds: number
  wall: number
  mebibytes: number
}

/** The least of the runs: what else the machine does can only add to it. */
const least = (values: number[]): number => Math.min(...values)

function measure(child: string, way: string, file: string): Cost {
  const costs = Array.from({ length: RUNS }, () => {
    const answer = execFileSync(process.execPath, [child, way, file, '5555'], { encoding: 'utf8' })
    return JSON.parse(answer) as Cost
  })
  return {
    found: costs[0]?.found ?? 0,
    seconds: least(costs.map((cost) => cost.seconds)),
    wall: least(costs.map((cost) => cost.wall)),
    mebibytes: least(costs.map((cost) => cost.mebibytes)),
  }
}

/** How fast the machine is at this moment: JSON.parse of one fixed text, CPU seconds. */
function reference(): number {
  const text = JSON.stringify(Array.from({ length: 200_000 }, (_, i) => ({ rule: i, expr: ['a', 'b', { c: `${i}` }] })))
  const before = process.cpuUsage()
  JSON.parse(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

const folder = mkdtempSync(join(tmpdir(), 'svc-debug-bench-'))
let over = false
try {
  const child = join(folder, 'child.mjs')
  const source = join(import.meta.dirname, 'parse-child.ts')
  buildSync({ entryPoints: [source], bundle: true, platform: 'node', format: 'esm', outfile: child })
  // 26 lines a Service as `nft list ruleset` prints them, in 15 objects of `nft -j`: both rule sets have 200,000 lines for a reader.
  const dumps = { iptables: iptablesDump(10_500, 4), nft: nftDump(7_700, 4) }
  for (const [name, dump] of Object.entries(dumps)) {
    const file = join(folder, name)
    writeFileSync(file, dump)
    const lines = dump.split('\n').length - 1
    const said = name === 'nft' ? `${lines} objects, ${7_700 * 26 + 17} lines as nft prints them` : `${lines} lines`
    console.log(`${name}: ${said}, ${(dump.length / 1e6).toFixed(1)} MB`)
    for (const how of ['all', 'one'] as const) {
      const cost = measure(child, `${name}-${how}`, file)
      const bar = bars[how]
      const isOver = cost.seconds > bar.seconds || cost.mebibytes > bar.mebibytes
      over ||= isOver
      console.log(
        `  ${how === 'all' ? 'all rules' : 'one Service'}: ${cost.seconds.toFixed(3)} s CPU, ${cost.wall.toFixed(3)} s, ` +
          `${cost.mebibytes.toFixed(0)} MiB (${cost.found} ${how === 'all' ? 'statements' : 'rules'}), ` +
          `${(cost.seconds / reference()).toFixed(1)} x reference${isOver ? `  OVER ${bar.seconds} s, ${bar.mebibytes} MiB` : ''}`,
      )
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}
process.exitCode = over ? 1 : 0
