import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type { Io } from '../../src/cli/io.ts'
import { animated, progress } from '../../src/cli/progress.ts'
import { screenStyle } from '../../src/cli/screen-style.ts'

function setting(stderr: Partial<Io['stderr']>, env: NodeJS.ProcessEnv = {}) {
  const log: string[] = []
  const write = (text: string) => log.push(text)
  const io: Io = { stdin: {}, stdout: { write }, stderr: { write, ...stderr }, env }
  const spinner = {
    text: '',
    start: () => log.push(`start ${spinner.text}`),
    stop: () => log.push('stop'),
  }
  const style = screenStyle(io, io.stderr, { noColor: false, ascii: false })
  return { io, log, steps: progress(io, style, async (text) => Object.assign(spinner, { text })), spinner }
}

const terminal = { isTTY: true, columns: 40 }

describe('progress', () => {
  it('is never animated where ora would loop for ever or a log would fill with escape codes', () => {
    assert.equal(animated(setting(terminal).io), true)
    for (const [stderr, env] of [
      [{ isTTY: true, columns: 0 }, {}],
      [{ isTTY: true }, {}],
      [{}, {}],
      [terminal, { CI: '1' }],
      [terminal, { TERM: 'dumb' }],
    ] as const)
      assert.equal(animated(setting(stderr, env).io), false)
  })

  it('prints each step once as a line without a terminal', () => {
    const { log, steps } = setting({})
    steps.step('Reading')
    steps.step('Reading')
    steps.step('Probing')
    assert.deepEqual(log, ['Reading…\n', 'Probing…\n'])
  })

  it('stops the spinner for notes and pauses, and shows the newest step afterwards', async () => {
    const { log, steps } = setting(terminal)
    steps.step('one')
    await setImmediate()
    steps.note('a line that stays')
    steps.pause()
    steps.step('two')
    assert.deepEqual(log.splice(0), ['start one', 'stop', 'a line that stays\n', 'start one', 'stop'])
    steps.resume()
    steps.stop()
    assert.deepEqual(log, ['start two', 'stop'])
  })

  it('does not start a spinner that finished loading after the end', async () => {
    const { log, steps } = setting(terminal)
    steps.step('one')
    steps.stop()
    await setImmediate()
    assert.deepEqual(log, [])
  })

  it('cuts a step to the width of the terminal', async () => {
    const { steps, spinner } = setting(terminal)
    steps.step('x'.repeat(100))
    await setImmediate()
    assert.equal(spinner.text.length, 36)
  })
})

describe('the style of a screen', () => {
  const color = (stdout: Partial<Io['stdout']>, env: NodeJS.ProcessEnv, noColor = false) => {
    const io: Io = { stdin: {}, stdout: { write() {}, ...stdout }, stderr: { write() {} }, env }
    return screenStyle(io, io.stdout, { noColor, ascii: false }).color
  }

  it('has colour on a terminal only, and not against the user’s will', () => {
    assert.equal(color(terminal, {}), true)
    assert.equal(color({}, {}), false)
    assert.equal(color(terminal, { NO_COLOR: '' }), false)
    assert.equal(color(terminal, { TERM: 'dumb' }), false)
    assert.equal(color(terminal, {}, true), false)
    assert.equal(color({}, { FORCE_COLOR: '1' }), true)
    assert.equal(color(terminal, { FORCE_COLOR: '0' }), false)
  })
})
