import assert from 'node:assert/strict'
import { join, resolve } from 'node:path'
import { readBundle } from '../../src/bundle.ts'
import { traceText } from '../../src/cli/trace-text.ts'
import { bundle as empty } from './fakes.ts'

const root = resolve(import.meta.dirname, '../..')
const style = { width: 10_000, color: false, ascii: true, boxes: false }
// n1 has no kube-proxy and none of its rules there.
const recorded = join(root, 'test/scenarios/incident-002-kube-proxy-not-running/iptables.tgz')

describe('--trace', function () {
  // Generous: the machine may be busy with a cluster.
  this.timeout(60_000)
  const traced = async (from: string, to: string, port?: number) =>
    traceText(await readBundle(recorded), { from, to, ...(port ? { port } : {}) }, style)

  it('shows every way that a packet to a Service may take, with its share and lines of evidence', async () => {
    const text = await traced('n0', 'web')
    assert.match(text, /^Way 1 of 2, taken by 50 % of the connections$/m)
    assert.match(text, /KUBE-SVC-\w+: .*\[nodes\/n0\/iptables-nft\.txt:\d+\]$/m)
    assert.equal(text.match(/^ {2}= delivered to default\/web-/gm)?.length, 2)
    assert.doesNotMatch(text, /[^\x00-\x7f]/)
  })

  it('shows where a packet is lost', async () => {
    const text = await traced('pod@n1', 'web', 80)
    assert.match(text, /^ {2}= lost at n1/m)
    assert.doesNotMatch(text, /delivered/)
  })

  it('takes nodes and pods for ends', async () => {
    assert.match(await traced('n0', 'n2', 10250), /= delivered to n2/)
    const pod = /delivered to (default\/web-\S+)/.exec(await traced('n0', 'web'))?.[1] ?? assert.fail('no pod')
    assert.match(await traced(pod, 'n0', 10250), /= delivered to n0/)
  })

  it('names what it knows where an end is unknown', async () => {
    await assert.rejects(traced('n9', 'web'), {
      name: 'UserError',
      message: /no node and no pod n9/,
      next: /n0, n1, n2/,
    })
    await assert.rejects(traced('n0', 'nowhere'), { name: 'UserError', message: /no address of nowhere/ })
    assert.throws(() => traceText(empty, { from: 'n0', to: 'web' }, style), { name: 'UserError' })
  })
})
