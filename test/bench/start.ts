/** How long `--help` takes, as a ratio to `kubectl version --client`, pair by pair. `npm run bench:start [-- KUBECTL]`. */
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'

const pairs = 15
// Measured 0.95 to 1.07 against a plain kubectl 1.32; a machine's own noise needs some room.
const bar = 1.3
const [kubectl = process.env['KUBECTL_PATH'] ?? 'kubectl'] = process.argv.slice(2)
const boot = resolve(import.meta.dirname, '../../dist/boot.cjs')

const milliseconds = (program: string, args: string[]): number => {
  const start = performance.now()
  execFileSync(program, args, { stdio: 'ignore' })
  return performance.now() - start
}
const help = () => milliseconds(process.execPath, [boot, '--help'])
const reference = () => milliseconds(kubectl, ['version', '--client'])
const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

help()
reference()
const measured = Array.from({ length: pairs }, () => ({ ours: help(), theirs: reference() }))
const ratio = median(measured.map(({ ours, theirs }) => ours / theirs))
process.stdout.write(
  [
    `svc-debug --help          ${median(measured.map(({ ours }) => ours)).toFixed(0)} ms`,
    `kubectl version --client  ${median(measured.map(({ theirs }) => theirs)).toFixed(0)} ms  (${kubectl})`,
    `ratio, median of ${pairs} pairs ${ratio.toFixed(2)}, bar ${bar}`,
    '',
  ].join('\n'),
)
process.exitCode = ratio <= bar ? 0 : 1
