/** `npm start [-- NAME]`: the main job, on a recorded incident instead of a cluster. */
import { spawnSync } from 'node:child_process'
import { basename, dirname, join, resolve } from 'node:path'
import { nearest } from '../src/cli/nearest.ts'
import { wrap } from '../src/report/wrap.ts'
import { preferredRecording } from './start/preferred-recording.ts'
import { recordings } from './start/recordings.ts'

const root = resolve(import.meta.dirname, '..')
const all = recordings(root)
const names = [...all.keys()]
const wanted = process.argv[2] ?? (all.has(preferredRecording) ? preferredRecording : names[0])
const bundle = wanted === undefined ? undefined : all.get(wanted)

if (wanted === undefined || bundle === undefined) {
  const near = nearest(wanted ?? '', names)
  const first = wanted === undefined ? 'no recorded run is in test/scenarios' : `no recorded run is called "${wanted}"`
  process.stderr.write(`error: ${first}\n${near ? `did you mean ${near}? ` : ''}recorded are:\n${list(names)}\n`)
  process.exit(2)
}

const { default: scenario } = (await import(join(dirname(bundle), 'scenario.ts'))) as { default: { about: string } }
const shown = bundle.slice(root.length + 1)
process.stdout.write(`Recorded on a real cluster (${basename(bundle, '.tgz')} mode): ${scenario.about}\n`)
process.stdout.write(`$ kubectl svc-debug --from ${shown}\n\n`)
const { status, error } = spawnSync(process.execPath, [join(root, 'bin/run.js'), '--from', shown], {
  cwd: root,
  stdio: 'inherit',
})
if (error) throw error

process.stdout.write(`
Other recorded runs, for 'npm start -- NAME':
${list(names.filter((name) => name !== wanted))}

On your own cluster, from this folder:
  node_modules/.bin/node bin/run.js SERVICE -n NAMESPACE
or as a kubectl plugin:
  npm run package
  kubectl krew install --manifest=dist/krew/svc-debug.yaml --archive="$(ls dist/krew/*.tar.gz)"
  kubectl svc-debug SERVICE -n NAMESPACE
`)
// 0, 1 and 2 are verdicts of a run that worked.
process.exitCode = status !== null && status <= 2 ? 0 : 1

function list(entries: string[]): string {
  const lines = wrap(entries.join(', '), (process.stdout.columns || 100) - 2)
  return lines.map((line) => `  ${line}`).join('\n')
}
