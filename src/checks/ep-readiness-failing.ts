import { blameSome, throughService } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { podReady } from '../facts/cluster.ts'
import { lastEvent, notRunning, selectedPods } from '../facts/selected.ts'
import { check } from './check.ts'

export default check({
  id: 'ep-readiness-failing',
  title: "The pods' readiness probes succeed",
  item: 'endpoints',
  needs: ['service', 'pods', 'endpoints', 'events', 'cells', 'evidence'],
  leadsTo: ['dns-headless-no-ready'],
  run({ service, pods, endpoints, events, cells, evidence }) {
    const selected = selectedPods(service, pods).filter((p) => !p.object.metadata.deletionTimestamp)
    const unready = selected.filter((p) => !podReady(p.object) && !notRunning(p.object) && !gated(p.object))
    if (unready.length === 0) return []
    const none = !endpoints.some((e) => e.ready || (e.serving && e.terminating))
    const p = unready[0]!
    const event = lastEvent(events, p.object.metadata.name, /^Unhealthy$/)
    const at = (p.object.status?.conditions ?? []).findIndex((c) => c.type === 'Ready')
    const addresses = new Set(unready.flatMap((u) => u.object.status?.podIPs?.map((i) => i.ip) ?? []))
    const direct = cells.filter((cell) => cell.to.kind === 'endpoint' && addresses.has(cell.to.ip ?? ''))
    const answers = direct.length > 0 && direct.some((cell) => failed(cell) === 'none')
    const name = `${service.metadata.namespace}/${service.metadata.name}`
    const headless = service.spec.clusterIP === 'None'
    return [
      {
        says: `${none ? 'No pod' : `${unready.length} of ${selected.length} pods`} of Service ${name} ${none ? 'is' : 'are not'} ready: the readiness probe of ${p.object.metadata.name} fails${answers ? ', although the port itself answers (the probe is wrong, not the server)' : ''}.`,
        on: `pod ${unready.map((u) => `${u.object.metadata.namespace}/${u.object.metadata.name}`).join(', ')}`,
        proof: [
          ...(event ? [evidence.proofAt(event.path, 'items', event.index, 'message')] : []),
          ...(at >= 0 ? [evidence.proofAt(p.path, 'items', p.index, 'status', 'conditions', at, 'type')] : []),
          ...endpoints.filter((e) => addresses.has(e.address)).map((e) => e.proof),
        ],
        why: none
          ? 'a Service with no ready endpoint refuses every connection, from everywhere'
          : 'pods that are not ready get no traffic; the others carry the load',
        fix: [
          `kubectl -n ${service.metadata.namespace} describe pod ${p.object.metadata.name}`,
          answers
            ? '# correct the readinessProbe (port, path, scheme) in the workload'
            : '# repair the server, or the probe if it asks the wrong thing',
        ],
        explains: none
          ? blameSome(
              cells,
              (cell) => throughService(cell) || (headless && cell.to.kind === 'dns') || direct.includes(cell),
            )
          : [],
      },
    ]
  },
})

/** Containers ready, but a readiness gate is not: another check's fault. */
function gated(pod: {
  spec: { readinessGates?: unknown[] }
  status?: { conditions?: { type: string; status: string }[] }
}): boolean {
  return (
    (pod.spec.readinessGates?.length ?? 0) > 0 &&
    (pod.status?.conditions?.some((c) => c.type === 'ContainersReady' && c.status === 'True') ?? false)
  )
}
