import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { gunzipSync } from 'node:zlib'
import { readFrames, readInsideFrames } from '../../src/collect/frames.ts'
import { insideCommand, type Job, pieceCommand, runnerCommand } from '../../src/collect/runner-script.ts'

const boundary = 'svc-debug-0123456789'

/** Shells that the scripts have to run in; busybox is what the images have. */
const shells = ['sh', 'busybox sh', 'dash', 'bash'].filter((shell) => {
  try {
    execFileSync('sh', ['-c', `${shell} -c true`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})

function run(shell: string, command: string[]): Buffer {
  const [program = 'sh', ...first] = shell.split(' ')
  return execFileSync(program, [...first, ...command.slice(1)], {
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

const awkward = `printf '%s\\n' 'quote '"'"' "double" $dollar \`tick\` ä€ \\back'`
const jobs: Job[] = [
  { seconds: 5, run: 'echo hello' },
  { seconds: 5, run: awkward },
  { seconds: 5, run: 'printf "no newline at the end"' },
  { seconds: 5, run: 'true' },
  { seconds: 5, run: 'echo partial; echo "it broke" >&2; exit 3' },
  { seconds: 5, run: 'exit 127' },
  { seconds: 1, run: 'echo begun; sleep 30' },
  { seconds: 5, run: 'i=0; while [ $i -lt 9000 ]; do echo "line $i of a long dump"; i=$((i+1)); done' },
  { seconds: 5, run: `echo "${boundary} end 9"; echo "${boundary} begin 1 rc=0 bytes=2 form=raw err="; echo lies` },
]

describe('frames', () => {
  for (const shell of shells) {
    it(`bring every output back as it was, run by ${shell}`, () => {
      const log = run(shell, runnerCommand(boundary, jobs))
      const { frames, broken, done } = readFrames(log, boundary)
      assert.equal(done, true)
      assert.equal(broken.size, 0)
      const output = (index: number) => frames.get(index)?.output
      assert.equal(output(1), 'hello\n')
      assert.equal(output(2), 'quote \' "double" $dollar `tick` ä€ \\back\n')
      assert.equal(output(3), 'no newline at the end')
      assert.equal(output(4), '')
      assert.deepEqual(frames.get(5), { index: 5, rc: 3, output: 'partial\n', err: 'it broke' })
      assert.equal(frames.get(6)?.rc, 127)
      assert.ok([124, 143].includes(frames.get(7)!.rc))
      assert.equal(output(7), 'begun\n')
      assert.equal(output(8)?.split('\n').length, 9001)
      assert.match(output(9)!, /lies\n$/)
      assert.ok(log.length < 120_000, `long output was not packed: ${log.length} bytes`)
    }).timeout(20_000)

    it(`come back from a container of others, run by ${shell}`, () => {
      const quick = jobs.filter((job) => job.seconds > 1)
      const { frames, done } = readInsideFrames(run(shell, insideCommand(boundary, quick)), boundary)
      assert.equal(done, true)
      assert.equal(frames.get(1)?.output, 'hello\n')
      assert.equal(frames.get(3)?.output, 'no newline at the end')
      assert.equal(frames.get(4)?.output, '')
      assert.equal(frames.get(5)?.rc, 3)
    }).timeout(20_000)
  }

  const whole = run('sh', runnerCommand(boundary, jobs.slice(0, 5)))

  it('count a cut log as incomplete, wherever it was cut', () => {
    for (let cut = 0; cut < whole.length; cut++) {
      const { frames, done } = readFrames(whole.subarray(0, cut), boundary)
      assert.equal(done, cut >= whole.length, `cut at ${cut}`)
      for (const frame of frames.values()) {
        assert.deepEqual(frame, readFrames(whole, boundary).frames.get(frame.index), `cut at ${cut}`)
      }
    }
  })

  it('survive a log whose beginning was rotated away', () => {
    const start = whole.indexOf(`${boundary} begin 3`)
    const { frames } = readFrames(whole.subarray(start), boundary)
    assert.deepEqual([...frames.keys()], [3, 4, 5])
  })

  it('are broken when bytes in the middle are lost', () => {
    const at = whole.indexOf('hello')
    const holed = Buffer.concat([whole.subarray(0, at), whole.subarray(at + 2)])
    const { frames, broken } = readFrames(holed, boundary)
    assert.ok(!frames.has(1))
    assert.ok(broken.has(1))
    assert.equal(frames.get(2)?.rc, 0)
  })

  it('of another run are not taken for this one’s', () => {
    assert.equal(readFrames(whole, 'svc-debug-other').frames.size, 0)
  })

  it('travel whole through pieces of termination messages', () => {
    const text = Buffer.from(Array.from({ length: 3000 }, (_, i) => `${(i * 7919) % 10_007}`).join(' '))
    const script = `cat >/tmp/packed-test; ${[0, 1, 2]
      .map((i) => pieceCommand(i)[2]!.replace('/tmp/packed', '/tmp/packed-test').replace('>/dev/termination-log', ''))
      .join('; ')}; rm /tmp/packed-test`
    const input = execFileSync('sh', ['-c', 'gzip -9 -c | base64 | tr -d "\\n"'], { input: text })
    const joined = execFileSync('sh', ['-c', script], { input })
    assert.ok(input.length > 4096 && input.length < 3 * 4096, `${input.length} bytes`)
    assert.deepEqual(gunzipSync(Buffer.from(joined.toString(), 'base64')), text)
  })
})
