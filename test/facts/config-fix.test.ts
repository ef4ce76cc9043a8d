import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { configMapLineFix } from '../../src/facts/config-fix.ts'

/** What the edit between the two kubectl calls makes of a text. */
function edited(text: string, line: string, by?: string): string {
  const [, edit = ''] = /\| (sed .*) \| kubectl replace/.exec(configMapLineFix('kube-system', 'x', line, by)) ?? []
  return execFileSync('sh', ['-c', edit], { input: text, encoding: 'utf8' })
}

describe('configMapLineFix', () => {
  it('replaces exactly the line, whatever its indentation, and no other that holds its words', () => {
    const text = 'data:\n  config.conf: |\n    mode: iptable\n    xmode: iptable\n    mode: iptables\n'
    assert.equal(edited(text, 'mode: iptable', 'mode: ipvs'), text.replace('    mode: iptable\n', '    mode: ipvs\n'))
  })

  it('takes a line out', () => {
    assert.equal(edited('a: 1\n  - 127.0.0.0/8\n  - 127x0.0.0/8\n', '- 127.0.0.0/8'), 'a: 1\n  - 127x0.0.0/8\n')
  })

  it('bears what sed and the shell would read otherwise', () => {
    const odd = "forward . /etc/[x]*.conf & 'a' \\ $^"
    assert.equal(edited(`  ${odd}\n`, odd, `${odd}!`), `  ${odd}!\n`)
  })
})
