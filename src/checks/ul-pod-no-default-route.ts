import type { Ending } from '../facts/endings.ts'
import { recreatePod } from '../facts/pod-fix.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-pod-no-default-route',
  title: 'The pods have a route to each other and to the cluster IPs',
  item: 'node',
  needs: ['endings', 'ownClient', 'pods', 'world', 'evidence'],
  applies: ({ ownClient, world }) =>
    ownClient || [...world.pods.values()].some((pod) => pod.routes)
      ? true
      : 'the routes of no pod were read (an endpoint pod with a shell, or --client pod/NAME)',
  run({ endings, pods, world, evidence }) {
    return [...new Set(world.pods.values())].flatMap((pod) => {
      const here = endings.filter((ending) => withoutRoute(ending) && ending.end.at === `pod ${pod.name}`)
      if (here.length === 0 || !pod.routes || pod.name.startsWith('client@')) return []
      const none = 'value' in pod.routes && !pod.routes.value.some(({ family }) => family === 4)
      const answers = here.every((ending) => ending.way === 'back')
      return [
        {
          says: none
            ? `Pod ${pod.name} has no IPv4 route at all: its interface is down, or has lost its address.`
            : answers
              ? `Pod ${pod.name} has no route back to its clients: it answers its own subnet only.`
              : `Pod ${pod.name} has no default route: it reaches its own subnet only, and no cluster IP.`,
          on: `pod ${pod.name}`,
          node: pod.node,
          proof: [evidence.proofLine(pod.routes.path, 1)],
          why: none
            ? 'without a route the pod answers nobody, its own node included; other pods of the node have theirs'
            : 'clients and cluster IPs lie outside the pod\'s subnet, so without a default route the kernel says "Network is unreachable"; other pods of the node have theirs',
          fix: [
            '# made anew, it gets its routes from the CNI (isDefaultGateway in its configuration):',
            recreatePod(pod.name, pods),
          ],
          explains: [...new Set(here.flatMap((ending) => ending.cells.map((cell) => cell.id)))],
        },
      ]
    })
  },
})

/** `source`: the pod's answer finds no way, to an address that is not the one that was asked from. */
function withoutRoute({ end }: Ending): boolean {
  return end.fate === 'lost' && (end.kind === 'no-route' || end.kind === 'source')
}
