import assert from 'node:assert/strict'
import { attempt, inputAt, prepareSubjects, shrink } from './attempt.ts'
import { cpuTime } from './cpu-time.ts'
import { randomOf, seedOf } from './random.ts'
import { type Subject, subjects } from './subjects.ts'

describe('parsers on broken input', () => {
  const prepared = prepareSubjects()

  it('have samples, each of them', () => {
    assert.deepEqual(
      prepared.map((p) => p.subject.name),
      subjects.map((s) => s.name),
    )
  })

  it('throw nothing, end soon and lose no line on 20,000 changed pieces of their samples', function () {
    this.timeout(60_000)
    for (let index = 0; index < 20_000; index++) {
      const { subject, text } = inputAt(prepared, 20261129, index)
      assert.equal(attempt(subject, text), '', `${subject.name}, seed 20261129, input ${index}`)
    }
  })

  for (const { subject, grammar } of prepared)
    it(`end in time linear in the input: ${subject.name}`, function () {
      this.timeout(60_000)
      const line = grammar.lines[Math.floor(grammar.lines.length / 2)]!
      const long = [
        ' '.repeat(200_000),
        `${line}${' '.repeat(200_000)}x`,
        `${line} ${'a '.repeat(100_000)}`,
        `${line}${'9'.repeat(200_000)}`,
        '['.repeat(200_000),
        '{"a":'.repeat(40_000),
        `${line}${'"'.repeat(200_000)}`,
        `${line}${'\\'.repeat(200_000)}`,
        `${line}${':'.repeat(200_000)}`,
        `${line}${'\t[0.'.repeat(50_000)}`,
        '\n'.repeat(200_000),
        `${line}\n`.repeat(Math.ceil(200_000 / line.length)),
        `${line}\n`.repeat(Math.ceil(400_000 / line.length)).slice(0, 200_000),
      ]
      for (const text of long) {
        let best = Number.POSITIVE_INFINITY
        for (let tries = 0; tries < 3 && best > 1000; tries++) {
          const start = cpuTime()
          subject.run(text)
          best = Math.min(best, cpuTime() - start)
        }
        assert.ok(
          best <= 1000,
          `${Math.round(best)} ms for 200 kB that start with ${JSON.stringify(text.slice(0, 60))}`,
        )
      }
    })
})

describe('the fuzzer itself', () => {
  const subject = (run: (text: string) => string): Subject => ({
    name: 'made up',
    samples: /^$/,
    run: (text) => ({ wrong: run(text), unread: [] }),
  })

  it('makes the same input from the same seed and number', () => {
    const prepared = prepareSubjects()
    assert.equal(inputAt(prepared, 7, 123).text, inputAt(prepared, 7, 123).text)
    const some = new Set(Array.from({ length: 200 }, (_, index) => inputAt(prepared, 7, index).text))
    assert.ok(some.size > 150)
    assert.notEqual(seedOf(1, 2), seedOf(2, 1))
    assert.notEqual(randomOf(1)(1e9), randomOf(2)(1e9))
  })

  it('sees a parser that throws, one that loses a line and one that is slow', function () {
    // a busy machine takes its time to start the workers
    this.timeout(60_000)
    assert.ok(
      attempt(
        subject(() => {
          throw new TypeError('boom')
        }),
        'x',
      ).includes('boom'),
    )
    assert.equal(
      attempt(
        subject(() => 'a line is lost'),
        'x',
      ),
      'a line is lost',
    )
    const slow = subject(() => {
      const end = cpuTime() + 300
      while (cpuTime() < end);
      return ''
    })
    assert.ok(attempt(slow, 'x').includes('ms for 1 characters'))
  })

  it('shrinks a failing text to what makes it fail', () => {
    const picky = subject((text) => (text.includes('bad') ? 'a bad word' : ''))
    assert.equal(shrink(picky, `${'some lines\n'.repeat(50)}and a bad thing${' more'.repeat(50)}`), 'bad')
  })
})
