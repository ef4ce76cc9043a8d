import { blameAll, throughService } from '../facts/blame.ts'
import { podReady } from '../facts/cluster.ts'
import { lastEvent, notRunning, selectedPods } from '../facts/selected.ts'
import { check } from './check.ts'

export default check({
  id: 'ep-pods-not-running',
  title: 'The pods that the Service selects run',
  item: 'endpoints',
  needs: ['service', 'pods', 'endpoints', 'events', 'cells', 'evidence'],
  leadsTo: ['ep-flapping'],
  run({ service, pods, endpoints, events, cells, evidence }) {
    const selected = selectedPods(service, pods).filter((p) => !p.object.metadata.deletionTimestamp)
    if (selected.length === 0 || selected.some((p) => podReady(p.object)) || endpoints.some((e) => e.ready)) return []
    const down = selected.flatMap((p) => {
      const why = notRunning(p.object)
      return why ? [{ p, why }] : []
    })
    if (down.length < selected.length) return []
    const { p, why } = down[0]!
    const event = lastEvent(
      events,
      p.object.metadata.name,
      /^(Failed|FailedScheduling|FailedCreatePodSandBox|BackOff|FailedMount)$/,
    )
    const headless = service.spec.clusterIP === 'None'
    const name = `${service.metadata.namespace}/${service.metadata.name}`
    return [
      {
        says: `None of the ${selected.length} pods of Service ${name} runs: ${p.object.metadata.name} is ${why.reason}.`,
        on: `pod ${down.map((d) => `${d.p.object.metadata.namespace}/${d.p.object.metadata.name}`).join(', ')}`,
        proof: [
          evidence.proofAt(p.path, 'items', p.index, ...why.steps),
          ...(event ? [evidence.proofAt(event.path, 'items', event.index, 'message')] : []),
        ],
        why: 'pods that do not run are no ready endpoints; without one kube-proxy refuses every connection',
        fix: [
          `kubectl -n ${service.metadata.namespace} describe pod ${p.object.metadata.name}`,
          `# repair what it says (${why.reason.split(':')[0]}); the Service follows by itself`,
        ],
        explains: blameAll(cells, (cell) => throughService(cell) || (headless && cell.to.kind === 'dns')),
      },
    ]
  },
})
