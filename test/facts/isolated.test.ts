import assert from 'node:assert/strict'
import type { Served } from '../../src/facts/expected.ts'
import { blameIsolated } from '../../src/facts/isolated.ts'
import type { Cell, DestinationKind, Outcome } from '../../src/model.ts'

/** A Service with one endpoint on n1 and one on n2; `spec` is added to its own. */
function service(spec: object = {}): Served[] {
  const usable = ['n1', 'n2'].map((node) => ({ endpoint: { node, address: `10.244.${node.slice(1)}.5` }, port: 8080 }))
  const port = { port: { port: 80 }, name: 'http', protocol: 'tcp', targets: usable, usable }
  return [{ service: { metadata: { name: 'web', namespace: 'default' }, spec }, ports: [port] }] as unknown as Served[]
}

/** Tries from a client on `from`; `ends` are their outcomes, `to` names the node of the destination where it has one. */
function cell(from: string, kind: DestinationKind, ends: Outcome[], to?: string): Cell {
  const attempts = ends.map((outcome) => ({ outcome, seconds: 4, detail: '', proof: { path: 'x' } }))
  const destination = { kind, servicePort: 'http', ...(to && { node: to }) }
  return { id: `${from} > ${kind} ${to ?? ''}`.trim(), from: { kind: 'client', node: from }, to: destination, attempts }
}

const times = (count: number, outcome: Outcome) => Array<Outcome>(count).fill(outcome)
const MIXED: Outcome[] = ['ok', 'timeout', 'ok', 'timeout', 'timeout', 'ok']
const blamed = (cells: Cell[], spec?: object, hosts?: 'hosts') => blameIsolated(cells, service(spec), ['n2'], hosts)

describe('what is due to a node that is cut off', () => {
  it('is what crosses the cut, in both directions, and nothing within', () => {
    const lost = times(1, 'timeout')
    const cells = [
      cell('n1', 'endpoint', lost, 'n2'),
      cell('n2', 'endpoint', lost, 'n1'),
      cell('n2', 'endpoint', lost, 'n2'),
      cell('n0', 'endpoint', lost, 'n1'),
      cell('n0', 'endpoint', times(1, 'refused'), 'n2'),
    ]
    assert.deepEqual(blamed(cells), ['n1 > endpoint n2', 'n2 > endpoint n1'])
  })

  it('is a share of the tries through the Service: all of them have another cause', () => {
    assert.deepEqual(blamed([cell('n0', 'cluster-ip', MIXED)]), ['n0 > cluster-ip'])
    assert.deepEqual(blamed([cell('n0', 'cluster-ip', times(16, 'timeout'))]), [])
    assert.deepEqual(
      blamed([cell('n0', 'cluster-ip', times(3, 'timeout'))]),
      ['n0 > cluster-ip'],
      'three may be chance',
    )
  })

  it('is any number of tries where the endpoint is not left to chance', () => {
    const all = [cell('n0', 'cluster-ip', times(16, 'timeout'))]
    assert.deepEqual(blamed(all, { sessionAffinity: 'ClientIP' }), ['n0 > cluster-ip'])
  })

  it('holds for node addresses only where the nodes themselves are cut off', () => {
    const cells = [cell('n0', 'node', times(1, 'timeout'), 'n2'), cell('n0', 'node-port', times(16, 'timeout'), 'n2')]
    assert.deepEqual(blamed(cells), [])
    assert.deepEqual(blamed(cells, {}, 'hosts'), ['n0 > node n2', 'n0 > node-port n2'])
  })
})
