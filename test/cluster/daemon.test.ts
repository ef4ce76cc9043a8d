import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { daemonPid, startDaemon, stopDaemon } from './daemon.ts'
import type { LabFiles } from './lab-files.ts'

describe('a daemon of a lab', () => {
  it('ends with all that it has started', async () => {
    const root = mkdtempSync(join(tmpdir(), 'svc-debug-daemon-'))
    const files = { log: (name: string) => join(root, `${name}.log`), pid: (name: string) => join(root, `${name}.pid`) }
    try {
      const pid = await startDaemon(files as LabFiles, 'parent', ['sh', '-c', 'sleep 60 & echo $!; wait'])
      let child = ''
      for (let tries = 0; child === '' && tries < 100; tries++) {
        await sleep(20)
        child = readFileSync(files.log('parent'), 'utf8').trim()
      }
      assert.equal(await daemonPid(files as LabFiles, 'parent'), pid)
      assert.equal(state(child), 'S')
      await stopDaemon(files as LabFiles, 'parent')
      assert.equal(await daemonPid(files as LabFiles, 'parent'), undefined)
      assert.notEqual(state(child), 'S')
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})

/** State letter of a process; Z where it only waits to be collected, '' where it is gone. */
function state(pid: string): string {
  const file = `/proc/${pid}/stat`
  return existsSync(file) ? (/\) (\w)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '') : ''
}
