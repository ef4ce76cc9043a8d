import { blameSome } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-pod-no-default-route',
  title: 'The client pod has a default route',
  item: 'node',
  needs: ['ownClient', 'cells', 'evidence'],
  applies: ({ ownClient }) => (ownClient ? true : 'no client pod was named (--client pod/NAME)'),
  run({ ownClient, cells, evidence }) {
    const name = `${ownClient!.object.metadata.namespace}/${ownClient!.object.metadata.name}`
    const path = `pods/${name}/routes.txt`
    const text = evidence.text(path)
    // /proc/net/route: interface, destination, gateway …, mask in the eighth column; all zero is the default
    if ('missing' in text || !/^Iface/m.test(text.value)) return []
    const rows = text.value
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
    if (rows.some((row) => row[1] === '00000000' && row[7] === '00000000')) return []
    return [
      {
        says: `Pod ${name} has no default route: it reaches its own subnet only, and no cluster IP.`,
        on: `pod ${name}`,
        proof: [evidence.proofLine(path, 1)],
        why: 'a cluster IP lies outside the pod\'s subnet, so without a default route the kernel says "Network is unreachable"; other pods of the node have theirs',
        fix: [
          `kubectl -n ${name.split('/')[0]} delete pod ${name.split('/')[1]}  # made anew, it gets its routes from the CNI (isDefaultGateway in its configuration)`,
        ],
        explains: blameSome(cells, (cell) => cell.from.kind === 'endpoint' && cell.from.pod === name),
      },
    ]
  },
})
