import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { readBundle } from '../../src/bundle.ts'
import { readFacts } from '../../src/facts/facts.ts'

const recording = fileURLToPath(new URL('../scenarios/healthy-plain/ipvs.tgz', import.meta.url))
const WEB = /^-A -t (\S+):80 /m

/** What differs on the IPVS node of a healthy recording after an edit of one of its files, as `kind: sentence`. */
async function edited(file: string, edit: (text: string, web: string) => string): Promise<string[]> {
  const bundle = await readBundle(recording)
  const web = WEB.exec(bundle.evidence.get('nodes/n2/ipvs.txt')!.output)![1]!
  const evidence = bundle.evidence.get(`nodes/n2/${file}`)!
  const output = edit(evidence.output, web)
  assert.notEqual(output, evidence.output)
  bundle.evidence.set(`nodes/n2/${file}`, { ...evidence, output })
  const { drifts } = readFacts(bundle)
  assert.ok('value' in drifts)
  const node = drifts.value.find(({ node }) => node === 'n2')!
  assert.equal(node.backend, 'ipvs')
  return node.drifts.map(({ kind, says }) => `${kind}: ${says}`)
}

const without = (text: string, ...starts: string[]) =>
  text
    .split('\n')
    .filter((line) => !starts.some((start) => line.startsWith(start)))
    .join('\n')

describe('what differs from what the Services ask for in IPVS mode', () => {
  it('is a virtual server that is not there', async () => {
    const [first, ...more] = await edited('ipvs.txt', (text, web) =>
      without(text, `-A -t ${web}:80 `, `-a -t ${web}:80 `),
    )
    assert.match(first!, /^virtual-server: On n2 IPVS has no virtual server for \S+:80\/tcp \(default\/web:http\)/)
    assert.deepEqual(more, [])
  })

  it('is the node port at the address of the node', async () => {
    const found = await edited('ipvs.txt', (text) =>
      without(text, '-A -t 172.30.0.12:30080 ', '-a -t 172.30.0.12:30080 '),
    )
    assert.match(found.join(), /^virtual-server: .* 172\.30\.0\.12:30080/)
  })

  it('is an empty table, for every port that was asked about', async () => {
    const found = await edited('ipvs.txt', () => '')
    assert.ok(found.length >= 4 && found.every((one) => one.startsWith('virtual-server: ')), found.join('\n'))
  })

  it('is an address that has left the device', async () => {
    const found = await edited('addresses.jsonl', (text, web) => text.replaceAll(`"${web}"`, '"10.96.99.99"'))
    assert.match(found.join(), /^virtual-server: On n2 the address \S+ \(default\/web\) is not on kube-ipvs0/)
  })

  it('is an endpoint that is missing and one that is gone, but not one that only ends what is open', async () => {
    const moved = await edited('ipvs.txt', (text, web) =>
      text.replace(new RegExp(`(-a -t ${web}:80 -r )10\\.244\\.1\\.\\d+`), '$110.244.9.9'),
    )
    assert.deepEqual(
      moved.map((one) => one.replace(/:.*/, '')),
      ['endpoint-missing', 'endpoint-gone'],
    )
    const ending = await edited('ipvs.txt', (text, web) =>
      text.replace(new RegExp(`^-A -t ${web}:80 .*\n`, 'm'), `$&-a -t ${web}:80 -r 10.244.9.9:8080 -m -w 0\n`),
    )
    assert.deepEqual(ending, [])
  })
})
