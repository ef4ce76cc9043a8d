import { blameSome, endedAs, throughService } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { flappingPods } from '../facts/flapping.ts'
import { notRunning } from '../facts/selected.ts'
import type { Cell } from '../model.ts'
import { check } from './check.ts'

export default check({
  id: 'ep-flapping',
  title: 'Pods that are ready stay ready',
  item: 'endpoints',
  needs: ['service', 'pods', 'events', 'endpoints', 'turnover', 'cells', 'evidence'],
  leadsTo: ['ep-readiness-failing', 'app-not-listening', 'app-hang-or-backlog-full', 'ep-ready-but-dead'],
  applies: ({ service }) =>
    service.spec.selector && Object.keys(service.spec.selector).length > 0 ? true : 'the Service has no selector',
  run(facts) {
    const { service, endpoints, turnover, cells } = facts
    const flapping = flappingPods(facts)
    if (flapping.length === 0) return []
    const addresses = new Set(flapping.map(({ address }) => address))
    // one pod that stays ready takes all connections meanwhile
    const all = endpoints.every((e) => addresses.has(e.address) || (!e.ready && !e.serving))
    const { namespace, name } = service.metadata
    const first = flapping[0]!
    const pod = first.pod.object.metadata.name
    const many = flapping.length > 1
    const message = first.event?.object.message?.split('\n')[0]
    const headless = service.spec.clusterIP === 'None'
    // without an endpoint kube-proxy refuses; of refusals in a burst the kernel leaves some out
    const refusedFrom = new Set(
      cells
        .filter((cell) => throughService(cell) && cell.attempts.some((a) => a.outcome === 'refused'))
        .map((cell) => cell.from.node),
    )
    const inAPause = (cell: Cell) =>
      (throughService(cell) && endedAs(cell, 'late', 'refused', 'timeout') && refusedFrom.has(cell.from.node)) ||
      (headless && cell.to.kind === 'dns' && endedAs(cell, 'nxdomain', 'no-data'))
    // what the server itself refuses while it is not ready; a container that has ended is more than not ready
    const running = new Set(flapping.filter((f) => !notRunning(f.pod.object)).map(({ address }) => address))
    const ofServer = (cell: Cell) =>
      cell.to.kind === 'endpoint' &&
      running.has(cell.to.ip ?? '') &&
      endedAs(cell, 'late', 'refused', 'reset', 'silent')
    return [
      {
        says: `${all ? (many ? 'All pods' : 'The only pod') : `${flapping.length} of ${endpoints.length} pods`} of Service ${namespace}/${name} ${many ? 'are' : 'is'} ready and not ready by turns${all ? ', so at times it has no endpoint' : ''}${message ? `: ${message.replace(/[:.\s]+$/, '')}` : ''}.`,
        on: `pod ${flapping.map((f) => `${f.pod.object.metadata.namespace}/${f.pod.object.metadata.name}`).join(', ')}`,
        proof: [
          ...first.proof,
          ...turnover.rewritten.flatMap(({ proof }) => proof),
          ...endpoints.filter((e) => addresses.has(e.address)).map((e) => e.proof),
        ],
        why: all
          ? 'whoever connects while no pod is ready is refused, from everywhere; a moment later the same connection succeeds'
          : 'a pod that is not ready gets no traffic; the others carry the load',
        fix: [
          `kubectl -n ${namespace} describe pod ${pod}  # Events: why the readiness probe fails, how often`,
          `kubectl -n ${namespace} get pods -w  # READY changes as you look`,
          '# give the probe more time (timeoutSeconds, failureThreshold) or the container more CPU or memory, or repair what the probe asks',
        ],
        explains: all
          ? blameSome(cells, (cell) => inAPause(cell) || ofServer(cell))
          : cells.filter((cell) => failed(cell) === 'some' && ofServer(cell)).map(({ id }) => id),
      },
    ]
  },
})
