import assert from 'node:assert/strict'
import { planText } from '../../src/cli/plan-text.ts'
import type { Session } from '../../src/collect/session.ts'
import { type Report, UserError } from '../../src/model.ts'
import { render } from '../../src/report/render.ts'
import { faulty, healthy, undetermined } from '../report/sample.ts'
import { bundle, command, start } from './fakes.ts'

const engine = (report: Report, written: string[] = []) => ({
  engine: async () => ({
    readBundle: async () => bundle,
    writeBundle: async (_: unknown, path: string) => void written.push(path),
    diagnose: () => report,
    render,
    planText,
    traceText: () => '',
  }),
})

describe('a run', () => {
  for (const [report, code] of [
    [healthy, 0],
    [faulty, 1],
    [undetermined, 2],
  ] as const)
    it(`ends with ${code} when the Service is ${report.verdict.state}`, async () => {
      const ran = await command(['web'], { parts: engine(report) })
      assert.equal(ran.code, code)
      assert.match(ran.out, new RegExp(report.verdict.state))
    })

  it('puts nothing but the result on stdout, and steps and notes on stderr', async () => {
    const collect: Session['collect'] = async ({ progress }) => {
      progress('Probing from n1')
      return bundle
    }
    const { out, err } = await command(['web', '-o', 'json'], { session: { collect } })
    assert.deepEqual(JSON.parse(out), faulty)
    assert.match(err, /^Connecting…\nProbing from n1…\n/)
  })

  it('saves what was read', async () => {
    const written: string[] = []
    const { err } = await command(['web', '--save', 'web.tgz'], { parts: engine(faulty, written) })
    assert.deepEqual(written, ['web.tgz'])
    assert.match(err, /--from web\.tgz/)
  })

  it('judges a run that could not be saved, and ends with 2', async () => {
    const failing = async () => ({
      ...(await engine(faulty).engine()),
      writeBundle: async () => {
        throw new UserError('cannot write /full/web.tgz: no space left', 'name another place')
      },
    })
    const { code, out, err } = await command(['web', '--save', '/full/web.tgz'], { parts: { engine: failing } })
    assert.equal(code, 2)
    assert.match(out, /is faulty/)
    assert.match(err, /error: cannot write \/full\/web\.tgz: no space left\nname another place/)
  })

  it('judges a saved run without opening a session', async () => {
    const { opened, out, code } = await command(['--from', 'web.tgz'])
    assert.deepEqual([opened.length, code], [0, 1])
    assert.match(out, /Service default\/web is faulty/)
  })

  it('tells what the user can correct in one sentence and a next step, and still closes the session', async () => {
    let closed = 0
    const close: Session['close'] = async () => {
      closed += 1
      return { deleted: [], left: [] }
    }
    const collect: Session['collect'] = async () => {
      throw new UserError('Error from server (NotFound): services "web" not found', 'in shop there is "wep"')
    }
    const { code, err } = await command(['web'], { session: { collect, close } })
    assert.equal(code, 2)
    assert.match(err, /^Error from server \(NotFound\): services "web" not found\nin shop there is "wep"\n$/m)
    assert.equal(closed, 1)
  })

  it('calls a defect a defect, with a stack only where it was asked for', async () => {
    const collect: Session['collect'] = async () => {
      throw new TypeError('x is not a function')
    }
    const plain = await command(['web'], { session: { collect } })
    assert.equal(plain.code, 2)
    assert.match(plain.err, /error: x is not a function\nthis is a defect/)
    assert.match((await command(['web', '-v4'], { session: { collect } })).err, /\n\s+at /)
  })

  it('names the commands that remove what could not be removed', async () => {
    const close: Session['close'] = async () => ({ deleted: [], left: ['kubectl delete pod -n x y'] })
    assert.match((await command(['web'], { session: { close } })).err, /kubectl delete pod -n x y/)
  })

  for (const [text, printed] of [
    ['n1 10.96.0.10:53', 'from n1 to 10.96.0.10 port 53'],
    ['pod@n1 web', 'from pod@n1 to web port undefined'],
    ['default/web-1 [fd00::1]:80', 'from default/web-1 to fd00::1 port 80'],
    ['n1 fd00::1', 'from n1 to fd00::1 port undefined'],
    ['n1 10.96.0.10:53/udp', 'from n1 to 10.96.0.10 port 53/udp'],
  ] as const)
    it(`traces ${text} instead of judging`, async () => {
      assert.deepEqual(await command(['--from', 'x', '--trace', text]).then(({ code, out }) => [code, out]), [
        0,
        `${printed}\n`,
      ])
    })

  it('says in a plan what the server does not let us do', async () => {
    const permissions = [
      { verb: 'create', resource: 'pods', namespace: 'shop', allowed: false },
      { verb: 'list', resource: 'nodes', allowed: false },
      { verb: 'get', resource: 'services', namespace: 'shop', allowed: true },
    ]
    const plan: Session['plan'] = async () => ({ questions: [], pods: [], permissions })
    const { out } = await command(['web', '--plan'], { session: { plan } })
    assert.match(out, /may not do this.*\ncreate pods in shop\nlist nodes in all namespaces\n/)
    assert.doesNotMatch(out, /get services/)
  })

  it('prints a plan and collects nothing', async () => {
    const plan: Session['plan'] = async () => ({
      questions: [
        { path: 'api/service.json', reach: 'api', get: '/api/v1/namespaces/default/services/web' },
        { path: 'nodes/n1/sockets.txt', reach: 'node', node: 'n1', run: 'ss -Hlntu' },
      ],
      pods: [{ kind: 'Pod', metadata: { name: 'svc-debug-x' } }],
    })
    const { code, out, collected } = await command(['web', '--plan'], { session: { plan } })
    assert.equal(code, 0)
    assert.deepEqual(collected, [])
    assert.match(out, /GET \/api\/v1\/namespaces\/default\/services\/web/)
    assert.match(out, /nodes\/n1\/sockets\.txt: node n1\n {4}ss -Hlntu/)
    assert.match(out, /kind: Pod/)
  })

  it('cleans up what earlier runs left', async () => {
    const cleanup: Session['cleanup'] = async () => ({ deleted: ['kube-system/a'], left: ['kubectl delete pod b'] })
    const { code, out, err } = await command(['--cleanup'], { session: { cleanup } })
    assert.equal(code, 2)
    assert.match(out, /pod "kube-system\/a" deleted/)
    assert.match(err, /kubectl delete pod b/)
  })

  it('traces requests only up to the level asked for', async () => {
    const openSession = async ({ trace }: { trace?: (level: number, text: string) => void }) => {
      trace?.(4, 'decision')
      trace?.(8, 'headers')
      throw new UserError('stop', '')
    }
    const { err } = await command(['web', '-v', '6'], { parts: { openSession } })
    assert.match(err, /decision/)
    assert.doesNotMatch(err, /headers/)
  })
})

describe('an interruption', () => {
  const waits =
    (started: () => void): Session['collect'] =>
    () => {
      started()
      return new Promise(() => {})
    }

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    it(`by ${signal} speaks at once, cleans up and ends with ${code}, also where the cluster hangs`, async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      let closed = 0
      const session: Partial<Session> = {
        collect: waits(resolve),
        leftovers: () => (closed ? [] : ['kubectl delete pod svc-debug-1']),
        close: async () => {
          closed += 1
          return { deleted: [], left: [] }
        },
      }
      const { ran, done } = start(['web'], { session })
      await promise
      ran.signals.emit(signal)
      assert.match(ran.err, /Interrupted: removing the debug pods/)
      assert.equal((await done).code, code)
      assert.equal(closed, 1)
      assert.equal(ran.opened[0]?.signal.aborted, true)
    })

  it('the second time exits at once and names what is left', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const session: Partial<Session> = {
      collect: waits(resolve),
      leftovers: () => ['kubectl delete pod -n kube-system svc-debug-1'],
      close: () => new Promise(() => {}),
    }
    const { ran } = start(['web'], { session })
    await promise
    ran.signals.emit('SIGINT')
    assert.deepEqual(ran.exits, [])
    ran.signals.emit('SIGINT')
    assert.deepEqual(ran.exits, [130])
    assert.match(ran.err, /kubectl delete pod -n kube-system svc-debug-1/)
  })
})
