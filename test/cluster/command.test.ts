import assert from 'node:assert/strict'
import { mustRun, runCommand } from './command.ts'

describe('A command of the test cluster', () => {
  it('returns exit code and output, whatever they are', async () => {
    const result = await runCommand('/bin/sh', ['-c', 'cat; echo err >&2; exit 3'], { input: 'in' })
    assert.deepEqual(result, { exitCode: 3, stdout: 'in', stderr: 'err\n' })
  })

  it('does not throw for a program that does not exist', async () => {
    const result = await runCommand('no-such-program-here', [])
    assert.equal(result.exitCode, 127)
    assert.match(result.stderr, /no-such-program-here/)
  })

  it('ends at its time limit even if a child keeps the output open', async () => {
    const started = Date.now()
    const result = await runCommand('/bin/sh', ['-c', 'echo early; setsid sleep 9 & sleep 9'], { timeout: 300 })
    assert.equal(result.exitCode, 124)
    assert.match(result.stderr, /no end within 0\.3 s/)
    assert.ok(Date.now() - started < 6000)
  })

  it('says what failed and what the program said', async () => {
    const failing = mustRun('Doing a thing', '/bin/sh', ['-c', 'echo because >&2; exit 1'])
    await assert.rejects(failing, /Doing a thing: \/bin\/sh ended with 1:\n {2}because/)
  })
})
