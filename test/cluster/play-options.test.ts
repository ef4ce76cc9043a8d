import assert from 'node:assert/strict'
import { isAsked, playOptions } from './play-options.ts'

describe('flags of the player', () => {
  it('ask for everything on cluster a when there are none', () => {
    const { lab, only, share, record, dry } = playOptions([])
    assert.deepEqual(
      { lab, only, share, record, dry },
      { lab: 'a', only: [], share: { turn: 1, of: 1 }, record: false, dry: false },
    )
  })

  it('take turns by the day', () => {
    const turns = [0, 1, 2, 3].map(
      (day) => playOptions(['--share', '1/3', '--turn'], new Date(day * 86_400_000)).share.turn,
    )
    assert.deepEqual(turns, [1, 2, 3, 1])
  })

  it('record what is recorded anew', () => {
    assert.equal(playOptions(['--rerecord']).record, true)
  })

  it('refuse a share that is none and a mode that does not exist', () => {
    for (const share of ['3', '0/2', '3/2', 'a/b']) assert.throws(() => playOptions(['--share', share]), /write K\/N/)
    assert.throws(() => playOptions(['--mode', 'ebpf']), /--mode ebpf/)
  })
})

describe('the choice of scenarios', () => {
  it('goes by whole ids, with stars for any text, and takes all without a word', () => {
    assert.equal(isAsked('healthy-plain', []), true)
    assert.equal(isAsked('healthy-plain', ['healthy']), false)
    assert.equal(isAsked('healthy-plain', ['x', 'healthy-*']), true)
  })
})
