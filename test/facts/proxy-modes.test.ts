import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { readBundle } from '../../src/bundle.ts'
import { diagnose } from '../../src/diagnose.ts'
import { proxyFact } from '../../src/facts/cluster.ts'
import { proxyModes } from '../../src/facts/proxy-modes.ts'
import { reader } from '../../src/facts/reader.ts'
import type { Bundle } from '../../src/model.ts'

const recording = fileURLToPath(new URL('../scenarios/incident-003-external-ip-is-a-node/ipvs.tgz', import.meta.url))
const OWN = 'api/kube-system/kube-proxy-ipvs.json'

function modes(bundle: Bundle) {
  const r = reader(bundle)
  const proxy = proxyFact(r)
  assert.ok('value' in proxy)
  return proxyModes(r, proxy.value.pods)
}

describe('the mode that kube-proxy of each node is configured for', () => {
  it('stands in the ConfigMap that its pod mounts, and is quoted from there', async () => {
    const found = modes(await readBundle(recording))
    assert.deepEqual(
      ['n0', 'n1', 'n2'].map((node) => found.get(node)?.mode),
      ['iptables', 'iptables', 'ipvs'],
    )
    assert.deepEqual([found.get('n2')?.proof.path, found.get('n2')?.proof.quote], [OWN, 'mode: ipvs'])
  })

  it('is not known where that could not be read, and then no node is said to have taken an address unseen', async () => {
    const bundle = await readBundle(recording)
    bundle.evidence.delete(OWN)
    assert.equal(modes(bundle).has('n2'), false)
    assert.equal(diagnose(bundle).verdict.causes.length, 0)
  })
})
