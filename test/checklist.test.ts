import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { readBundle } from '../src/bundle.ts'
import { diagnose } from '../src/diagnose.ts'
import type { Report } from '../src/model.ts'

async function reportOf(scenario: string, mode = 'iptables'): Promise<Report> {
  return diagnose(await readBundle(fileURLToPath(new URL(`scenarios/${scenario}/${mode}.tgz`, import.meta.url))))
}

const row = ({ checklist }: Report, item: string) => checklist.find((one) => one.item === item)

describe('the checklist', () => {
  it('does not say that endpoints answer of which none was asked to', async () => {
    const { state, says } = row(await reportOf('all-pods-shutting-down'), 'application') ?? {}
    assert.deepEqual({ state, says }, { state: 'unknown', says: 'no probe shows it' })
    assert.equal(row(await reportOf('healthy-plain'), 'application')?.state, 'pass')
  })

  it('fails no row for what does not show the Service broken, and does not pass it either', async () => {
    const report = await reportOf('healthy-policy-web-and-dns-only')
    assert.equal(report.verdict.state, 'healthy')
    const failing = report.cells.filter(
      ({ to, attempts }) => to.kind === 'hairpin' && attempts.some(({ outcome }) => outcome === 'late'),
    )
    assert.ok(failing.length > 0, 'no answer was late in this recording')
    assert.equal(row(report, 'hairpin')?.state, 'unknown')
    assert.match(row(report, 'hairpin')?.says ?? '', /none of which shows the Service broken/)
  })
})

describe('the report', () => {
  it('calls a cause likely that hangs on an order of chains which no dump tells', async () => {
    const [cause] = (await reportOf('rules-of-another-mode-left', 'nftables')).verdict.causes
    assert.equal(cause?.certainty, 'likely')
    assert.match(cause?.unsure ?? '', /which of two rule tables comes first/)
  })

  it('says how long CoreDNS remembers that there is no such name', async () => {
    const [cause] = (await reportOf('old-no-such-name-remembered')).verdict.causes
    assert.match(cause?.why ?? '', /up to 10 minutes/)
  })
})
