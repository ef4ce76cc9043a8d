import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopwatch } from '../../src/collect/stopwatch.ts'

describe('stopwatch', () => {
  it('aborts with its reason when the time is over', async () => {
    const watch = stopwatch(20, () => new Error('over'))
    await sleep(100)
    assert.equal(watch.expired(), true)
    assert.match(String(watch.signal.reason), /over/)
  })

  it('does not count the time in which somebody thinks', async () => {
    const watch = stopwatch(150, () => new Error('over'))
    assert.equal(await watch.paused(() => sleep(400, 'thought')), 'thought')
    assert.equal(watch.expired(), false)
    await sleep(400)
    assert.equal(watch.expired(), true)
  })

  it('has not expired when it was aborted for another reason', () => {
    const watch = stopwatch(1000, () => new Error('over'))
    watch.abort(new Error('failed'))
    watch.stop()
    assert.equal(watch.expired(), false)
    assert.match(String(watch.signal.reason), /failed/)
  })
})
