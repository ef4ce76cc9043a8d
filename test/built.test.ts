import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const program = join(root, 'bin/run.js')

interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** Runs a program without the tests' own environment but PATH. */
function run(file: string, args: string[]): Promise<Ended> {
  const env = { PATH: process.env['PATH'] ?? '', TERM: 'xterm' }
  return new Promise((done) => {
    execFile(file, args, { env, timeout: 55_000 }, (error, stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })
}

describe('the built command (npm run build)', function () {
  // Generous: the machine may be busy with a cluster.
  this.timeout(60_000)
  it('shows its help', async () => {
    const { code, stdout, stderr } = await run(process.execPath, [program, '--help'])
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /kubectl svc-debug \(SERVICE/)
  })

  it('runs on a terminal, also on one that reports no columns', async () => {
    const { stdout, code } = await run('script', [
      '-qec',
      `${process.execPath} ${program} web --kubeconfig=/dev/null`,
      '/dev/null',
    ])
    assert.equal(code, 2)
    assert.match(stdout, /\S/)
    assert.doesNotMatch(stdout, /TypeError|\n\s+at /)
    assert.ok(stdout.length < 2000, `no endless spinner: ${stdout.length} characters`)
  })

  it('runs through a link of the name that kubectl looks for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'svc-debug-link-'))
    try {
      symlinkSync(program, join(folder, 'kubectl-svc_debug'))
      const { code, stderr } = await run(join(folder, 'kubectl-svc_debug'), ['web', '--no-such-flag'])
      assert.equal(code, 2)
      assert.match(stderr, /^error: unknown flag: --no-such-flag\n/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('says in a sentence that a saved run is not there', async () => {
    const { code, stderr } = await run(process.execPath, [program, '--from', join(root, 'no-such-run.tgz')])
    assert.equal(code, 2)
    assert.match(stderr, /^error: .*no-such-run\.tgz/)
    assert.doesNotMatch(stderr, /\n\s+at |defect/)
  })
})
