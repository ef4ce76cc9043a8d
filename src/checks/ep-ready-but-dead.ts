import { blameSome, throughService } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { selectedPods } from '../facts/selected.ts'
import { check } from './check.ts'

export default check({
  id: 'ep-ready-but-dead',
  title: 'Every endpoint that counts as ready answers',
  item: 'application',
  needs: ['service', 'pods', 'endpoints', 'cells'],
  run({ service, pods, endpoints, cells }) {
    return endpoints.flatMap((endpoint) => {
      const direct = cells.filter(
        (cell) => cell.to.kind === 'endpoint' && cell.to.ip === endpoint.address && !cell.to.variant,
      )
      // dead for everyone, its own node included, in a way that only the pod itself can answer or keep silent
      const own = direct.filter((cell) => cell.from.node === endpoint.node)
      if (!endpoint.ready || own.length === 0 || !direct.every((cell) => failed(cell) === 'all')) return []
      const outcomes = new Set(direct.flatMap((cell) => cell.attempts.map((a) => a.outcome)))
      if (![...outcomes].every((o) => o === 'refused' || o === 'silent' || o === 'reset')) return []
      const pod = selectedPods(service, pods).find(
        (p) => `${p.object.metadata.namespace}/${p.object.metadata.name}` === endpoint.pod,
      )
      const probed = pod?.object.spec.containers.some((c) => c.readinessProbe)
      const servicePort = direct[0]!.to.servicePort
      const rest = endpoints.length > 1
      const silent = outcomes.has('silent')
      return [
        {
          says: `${endpoint.pod ?? endpoint.address} counts as ready but ${silent ? 'takes connections and never answers' : 'refuses connections'} on ${endpoint.address}:${direct[0]!.to.port}${probed === false ? '; it has no readiness probe that would notice' : ''}.`,
          on: `pod ${endpoint.pod ?? endpoint.address}`,
          proof: [
            endpoint.proof,
            ...direct.slice(0, 2).map((cell) => cell.attempts[0]!.proof),
            ...(pod ? [pod.proof] : []),
          ],
          why: `it fails from every vantage, its own node included, so no network lies between; ${rest ? 'the tries that were sent to it fail, the others go through' : 'it is the only endpoint, so all tries fail'}`,
          fix: endpoint.pod
            ? [
                `kubectl -n ${endpoint.pod.split('/')[0]} delete pod ${endpoint.pod.split('/')[1]}`,
                '# then add a readinessProbe on the served port, so that a dead server leaves the Service by itself',
              ]
            : ['# restart what listens at this address'],
          explains: blameSome(
            cells,
            (cell) =>
              direct.includes(cell) ||
              (throughService(cell, servicePort) && cell.attempts.some((a) => outcomes.has(a.outcome))),
          ),
        },
      ]
    })
  },
})
