import assert from 'node:assert/strict'
import { samplesOf, subjects, textOf } from '../fuzz/subjects.ts'

/** Lines of samples that are rightly unread. */
const REASONS: Record<string, string> = {
  'conntrack/ipvs-node-mixed-with-stderr.txt':
    'recorded with standard error in the same pipe, which landed within a line',
}

describe('samples', () => {
  for (const subject of subjects)
    for (const path of samplesOf(subject))
      it(`are read to the last line: ${path} by ${subject.name}`, () => {
        const { wrong, unread } = subject.run(textOf(path))
        assert.equal(wrong, '')
        if (path in REASONS) assert.notDeepEqual(unread, [], `${path}: ${REASONS[path]}`)
        else assert.deepEqual(unread, [])
      })

  it('with a reason for unread lines exist', () => {
    const all = new Set(subjects.flatMap(samplesOf))
    for (const path of Object.keys(REASONS)) assert.ok(all.has(path), path)
  })
})
