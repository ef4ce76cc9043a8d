/** Installs the real archive with the real krew and runs it through the real kubectl; its last line is `N passed, N failed`. */
import { cpSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { preferredRecording } from '../../scripts/start/preferred-recording.ts'
import { recordings } from '../../scripts/start/recordings.ts'
import { ensureArtifacts } from '../cluster/artifacts.ts'

const root = resolve(import.meta.dirname, '../..')
const { kubectlPath, krewPath, krewValidatorPath } = await ensureArtifacts({
  log: (line) => process.stderr.write(`${line}\n`),
})
await execa(process.execPath, [join(root, 'scripts/package.ts')], { stdout: 2, stderr: 2 })
const [archive = ''] = globSync(join(root, 'dist/krew/*.tar.gz'))
const manifest = join(root, 'dist/krew/svc-debug.yaml')

const home = mkdtempSync(join(tmpdir(), 'svc-debug-krew-'))
const bin = join(home, 'bin')
cpSync(kubectlPath, join(bin, 'kubectl'), { dereference: true })
cpSync(krewPath, join(bin, 'kubectl-krew'), { dereference: true })
const krewRoot = join(home, 'krew')
// Nothing of this machine's own Node, kubectl or configuration.
const env = {
  HOME: home,
  KREW_ROOT: krewRoot,
  PATH: `${bin}:${join(krewRoot, 'bin')}:/usr/bin:/bin`,
  KUBECONFIG: '/dev/null',
  NO_COLOR: '1',
}
const run = (program: string, args: string[]) =>
  execa(program, args, { env, extendEnv: false, cwd: home, reject: false, timeout: 120_000, stdin: 'ignore' })

const results: boolean[] = []
function judge(about: string, right: boolean, seen: string): void {
  results.push(right)
  process.stdout.write(`${right ? 'passed' : 'FAILED'}: ${about}\n${right ? '' : `${seen}\n`}`)
}

try {
  const valid = await run(krewValidatorPath, ['-manifest', manifest, '-skip-install'])
  judge('krew’s validator accepts the manifest', valid.exitCode === 0, valid.stderr)

  const installed = await run('kubectl', ['krew', 'install', `--manifest=${manifest}`, `--archive=${archive}`])
  judge('krew installs the archive', installed.exitCode === 0, installed.stderr)

  const store = join(krewRoot, 'store/svc-debug')
  judge('a licence is in the store', globSync(join(store, '*/LICENSE')).length === 1, `${store} has none`)

  const help = await run('kubectl', ['svc-debug', '--help'])
  judge(
    'kubectl svc-debug --help shows the usage',
    help.exitCode === 0 && help.stdout.includes('kubectl svc-debug (SERVICE'),
    help.stderr,
  )

  const bad = await run('kubectl', ['svc-debug', 'web', '--no-such-flag'])
  judge(
    'a wrong flag ends with exit code 2',
    bad.exitCode === 2 && bad.stderr.startsWith('error: '),
    `${bad.exitCode} ${bad.stderr}`,
  )

  const recorded = recordings(root).get(preferredRecording)
  if (recorded === undefined)
    judge('a recorded incident is there to be replayed', false, `test/scenarios/${preferredRecording} holds none`)
  else {
    const replay = await run('kubectl', ['svc-debug', '--from', recorded])
    const right = replay.exitCode === 1 && replay.stdout.includes('is faulty')
    judge(
      `${preferredRecording} is replayed to its cause`,
      right,
      `${replay.exitCode} ${replay.stdout}${replay.stderr}`,
    )
  }
} finally {
  rmSync(home, { recursive: true, force: true })
}
const failed = results.filter((right) => !right).length
process.stdout.write(`${results.length - failed} passed, ${failed} failed\n`)
process.exitCode = failed > 0 ? 1 : 0
