import assert from 'node:assert/strict'
import { type Answer, consent } from '../../src/cli/consent.ts'
import type { NodePlan, Session, Suspect } from '../../src/collect/session.ts'
import { bundle, command } from './fakes.ts'

const plan: NodePlan = {
  image: 'example/netshoot:1',
  namespace: 'kube-system',
  capabilities: ['NET_ADMIN', 'NET_RAW'],
  questions: new Map([['n3', [{ path: 'nodes/n3/sockets.txt', reach: 'node', node: 'n3', run: 'ss -Hlntu' }]]]),
  manifest: (node) => ({ kind: 'Pod', spec: { nodeName: node } }),
}
const suspects: Suspect[] = [
  { node: 'n3', why: 'its endpoint times out' },
  { node: 'n1', why: 'nothing fails there', peer: true },
]

async function answers(...given: (Answer | Error)[]) {
  const shown: string[] = []
  const asked: string[] = []
  let interrupted = 0
  const ask = consent({
    choose: async (message) => {
      asked.push(message)
      const answer = given.shift()
      if (answer instanceof Error) throw answer
      return answer ?? assert.fail('asked once too often')
    },
    show: (text) => shown.push(text),
    width: 1000,
    interrupt: () => {
      interrupted += 1
    },
  })
  const agreed = [...(await ask(suspects, plan))]
  return { agreed, shown: shown.join('\n'), asked, interrupted, again: async () => [...(await ask(suspects, plan))] }
}

describe('consent', () => {
  it('says per node why it is suspect and exactly what would run', async () => {
    const { shown, asked, agreed } = await answers('yes', 'no')
    assert.deepEqual(agreed, ['n3'])
    assert.equal(asked.length, 2)
    assert.match(shown, /Node n3 is suspect: its endpoint times out/)
    assert.match(
      shown,
      /image example\/netshoot:1, namespace kube-system, host network, capabilities NET_ADMIN and NET_RAW, not privileged/,
    )
    assert.match(shown, /Node n1 looks healthy/)
  })

  it('shows the commands and the pod on request, and asks again', async () => {
    const { shown, agreed } = await answers('commands', 'manifest', 'no', 'no')
    assert.deepEqual(agreed, [])
    assert.match(shown, /# nodes\/n3\/sockets\.txt\nss -Hlntu/)
    assert.match(shown, /"nodeName": "n3"/)
  })

  it('remembers yes to all and never for later rounds', async () => {
    const all = await answers('all')
    assert.deepEqual(all.agreed, ['n3', 'n1'])
    assert.deepEqual(await all.again(), ['n3', 'n1'])
    const never = await answers('never')
    assert.deepEqual([never.agreed, await never.again()], [[], []])
  })

  it('takes Ctrl-C at the prompt for an interruption', async () => {
    const { agreed, interrupted } = await answers(Object.assign(new Error(), { name: 'ExitPromptError' }))
    assert.deepEqual([agreed, interrupted], [[], 1])
  })

  const agreedIn = async (line: string[], terminal: boolean, answer: Answer = 'yes') => {
    let agreed: string[] = []
    const collect: Session['collect'] = async ({ consent: ask }) => {
      agreed = [...(await ask(suspects, plan))]
      return bundle
    }
    const { err } = await command(line, { session: { collect }, terminal, parts: { choose: async () => answer } })
    return { agreed, err }
  }

  it('is not asked without a terminal: nothing is agreed to, and the flag that would is named', async () => {
    const { agreed, err } = await agreedIn(['web'], false)
    assert.deepEqual(agreed, [])
    assert.match(err, /n3, n1.*--node-probes=always/)
  })

  it('is not asked with --no-input', async () =>
    assert.deepEqual((await agreedIn(['web', '--no-input'], true)).agreed, []))

  it('is asked at a terminal', async () => assert.deepEqual((await agreedIn(['web'], true)).agreed, ['n3', 'n1']))

  it('is given beforehand with --yes', async () =>
    assert.deepEqual((await agreedIn(['web', '-y'], false)).agreed, ['n3', 'n1']))
})
