import assert from 'node:assert/strict'
import type { Placed } from '../../src/facts/cluster.ts'
import type { Endpoint, PortTargets } from '../../src/facts/endpoints.ts'
import type { Pod } from '../../src/facts/kube.ts'
import { unansweredDatagrams, withoutReticence } from '../../src/facts/reticent.ts'
import type { Cell, Outcome } from '../../src/model.ts'
import type { Course } from '../../src/walk/world.ts'

const cell = (pod: string, protocol: 'tcp' | 'udp', ...outcomes: Outcome[]): Cell => ({
  id: `${pod} ${protocol}`,
  from: { kind: 'client', node: 'n1' },
  to: { kind: 'endpoint', ip: pod, port: 5140, protocol, servicePort: 'logs' },
  attempts: outcomes.map((outcome) => ({ outcome, seconds: 1, proof: { path: 'x' } })),
})
const port = (more: object = {}, protocol = 'tcp'): PortTargets =>
  ({
    protocol,
    name: 'logs',
    port: { name: 'logs', port: 5140, ...more },
    targets: [{ endpoint: { pod: 'default/a' } as Endpoint, port: 5140 }],
    usable: [],
  }) as unknown as PortTargets
const pod = (probe: object): Placed<Pod> =>
  ({
    object: { metadata: { namespace: 'default', name: 'a' }, spec: { containers: [{ name: 'a', ...probe }] } },
  }) as unknown as Placed<Pod>
const outcomes = (cells: Cell[]) => cells.map(({ attempts }) => attempts.map(({ outcome }) => outcome).join(' '))

describe('servers that say nothing', () => {
  const mute = [cell('a', 'tcp', 'silent', 'timeout'), cell('b', 'tcp', 'silent')]

  it('count as reached by the connection where no server of the port ever spoke', () => {
    assert.deepEqual(outcomes(withoutReticence(mute, [port()], [])), ['ok timeout', 'ok'])
  })

  it('hang where another one of the port speaks', () => {
    const one = [...mute, cell('c', 'tcp', 'ok')]
    assert.deepEqual(outcomes(withoutReticence(one, [port()], [])), ['silent timeout', 'silent', 'ok'])
  })

  it('hang where the port is said to speak HTTP: by protocol, name, number or a probe of its pods', () => {
    const hangs = (p: PortTargets, pods: Placed<Pod>[] = []) =>
      assert.deepEqual(outcomes(withoutReticence(mute, [p], pods)), ['silent timeout', 'silent'])
    hangs(port({ appProtocol: 'http' }))
    hangs(port({ name: 'http-logs' }))
    hangs(port({ port: 80 }))
    hangs(port(), [pod({ livenessProbe: { httpGet: { port: 5140 } } })])
    hangs(port(), [
      pod({ ports: [{ name: 'web', containerPort: 5140 }], readinessProbe: { httpGet: { port: 'web' } } }),
    ])
    const other = [pod({ readinessProbe: { httpGet: { port: 9000 } } })]
    assert.deepEqual(outcomes(withoutReticence(mute, [port()], other)), ['ok timeout', 'ok'])
  })
})

describe('datagrams without an answer', () => {
  const silent = cell('a', 'udp', 'silent', 'silent')
  const course = (fate: 'delivered' | 'dropped') => [{ share: 1, steps: [], end: { fate } } as unknown as Course]
  const unanswered = (cells: Cell[], fate: 'delivered' | 'dropped') =>
    unansweredDatagrams(cells, new Map([[silent.id, course(fate)]])).map(({ id }) => id)

  it('are no fault where all that was read lets them arrive', () => {
    assert.deepEqual(unanswered([silent], 'delivered'), [silent.id])
  })

  it('are one where the walk loses them, where somebody else was answered, and where nothing was read', () => {
    assert.deepEqual(unanswered([silent], 'dropped'), [])
    assert.deepEqual(unanswered([silent, cell('b', 'udp', 'ok')], 'delivered'), [])
    assert.deepEqual(unansweredDatagrams([silent], new Map()), [])
    assert.deepEqual(unanswered([cell('a', 'udp', 'silent', 'timeout')], 'delivered'), [])
  })
})
