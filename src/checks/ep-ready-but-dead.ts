import { blameSome } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import type { Endpoint } from '../facts/endpoints.ts'
import { metLost } from '../facts/isolated.ts'
import { recreatePod } from '../facts/pod-fix.ts'
import { selectedPods } from '../facts/selected.ts'
import type { Cell } from '../model.ts'
import { check } from './check.ts'

export default check({
  id: 'ep-ready-but-dead',
  title: 'Every endpoint that counts as ready answers',
  item: 'application',
  needs: ['service', 'pods', 'endpoints', 'served', 'cells'],
  run({ service, pods, endpoints, served, cells }) {
    const direct = new Map(endpoints.map((endpoint) => [endpoint.address, deadCells(endpoint, cells)]))
    return endpoints.flatMap((endpoint) => {
      const mine = direct.get(endpoint.address)!
      if (mine.length === 0) return []
      const outcomes = new Set(mine.flatMap((cell) => cell.attempts.map((a) => a.outcome)))
      const pod = selectedPods(service, pods).find(
        (p) => `${p.object.metadata.namespace}/${p.object.metadata.name}` === endpoint.pod,
      )
      const probed = pod?.object.spec.containers.some((c) => c.readinessProbe)
      const { port, servicePort } = mine[0]!.to
      const rest = endpoints.length > 1
      const silent = outcomes.has('silent')
      return [
        {
          says: `${endpoint.pod ?? endpoint.address} counts as ready but ${silent ? 'takes connections and never answers' : 'refuses connections'} on ${endpoint.address}:${port}${probed === false ? '; it has no readiness probe that would notice' : ''}.`,
          on: `pod ${endpoint.pod ?? endpoint.address}`,
          proof: [
            endpoint.proof,
            ...mine.slice(0, 2).map((cell) => cell.attempts[0]!.proof),
            ...(pod ? [pod.proof] : []),
          ],
          why: `it fails from every vantage, its own node included, so no network lies between; ${rest ? 'the tries that were sent to it fail, the others go through' : 'it is the only endpoint, so all tries fail'}`,
          fix: endpoint.pod
            ? [
                recreatePod(endpoint.pod, pods),
                '# then add a readinessProbe on the served port, so that a dead server leaves the Service by itself',
              ]
            : ['# restart what listens at this address'],
          explains: blameSome(
            cells,
            (cell) =>
              mine.includes(cell) ||
              metLost(cell, served, servicePort, outcomes, ({ address }) => direct.get(address)!.length > 0),
          ),
        },
      ]
    })
  },
})

/**
 * The tries of a ready endpoint where all failed, those of its own node among them, in a way that only the pod itself can answer or keep
 * silent; none otherwise.
 */
function deadCells(endpoint: Endpoint, cells: readonly Cell[]): Cell[] {
  const direct = cells.filter(({ to }) => to.kind === 'endpoint' && to.ip === endpoint.address && !to.variant)
  const own = direct.filter((cell) => cell.from.node === endpoint.node)
  const ends = direct.flatMap((cell) => cell.attempts.map((a) => a.outcome))
  const isDead =
    endpoint.ready &&
    own.length > 0 &&
    direct.every((cell) => failed(cell) === 'all') &&
    ends.every((o) => o === 'refused' || o === 'silent' || o === 'reset')
  return isDead ? direct : []
}
