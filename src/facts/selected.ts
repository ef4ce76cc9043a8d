import type { Placed } from './cluster.ts'
import type { KubeEvent, Pod, Service } from './kube.ts'
import { matchesMap } from './labels.ts'

/** The pods that a Service's selector matches; none for a Service without a selector. */
export function selectedPods(service: Service, pods: readonly Placed<Pod>[]): Placed<Pod>[] {
  const { selector } = service.spec
  if (!selector || Object.keys(selector).length === 0) return []
  return pods.filter((p) => matchesMap(selector, p.object.metadata.labels))
}

/** Why a pod does not run, in the words of its own status; undefined for one that runs. */
export function notRunning(pod: Pod): { reason: string; steps: (string | number)[] } | undefined {
  if (pod.metadata.deletionTimestamp) return undefined
  const { status } = pod
  const statuses = status?.containerStatuses ?? []
  for (const [index, s] of statuses.entries()) {
    const waiting = s.state?.waiting
    if (waiting?.reason && waiting.reason !== 'ContainerCreating' && waiting.reason !== 'PodInitializing')
      return {
        reason: `${waiting.reason}${waiting.message ? `: ${waiting.message}` : ''}`,
        steps: ['status', 'containerStatuses', index, 'state', 'waiting', 'reason'],
      }
  }
  for (const [index, s] of (status?.initContainerStatuses ?? []).entries()) {
    const waiting = s.state?.waiting
    if (waiting?.reason && waiting.reason !== 'PodInitializing')
      return {
        reason: `init container ${s.name}: ${waiting.reason}`,
        steps: ['status', 'initContainerStatuses', index, 'state', 'waiting', 'reason'],
      }
  }
  if (status?.phase === 'Pending') {
    const at = (status.conditions ?? []).findIndex((c) => c.status === 'False' && c.message)
    const condition = status.conditions?.[at]
    if (condition)
      return {
        reason: `${condition.reason ?? 'Pending'}: ${condition.message}`,
        steps: ['status', 'conditions', at, 'message'],
      }
    return { reason: statuses[0]?.state?.waiting?.reason ?? 'Pending', steps: ['status', 'phase'] }
  }
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded')
    return { reason: `${status.phase}${status.reason ? ` (${status.reason})` : ''}`, steps: ['status', 'phase'] }
  const ended = statuses.findIndex((s) => s.state?.terminated)
  if (ended >= 0)
    return {
      reason: `container ${statuses[ended]!.name} has ended (${statuses[ended]!.state!.terminated!.reason ?? ''})`,
      steps: ['status', 'containerStatuses', ended, 'state', 'terminated', 'reason'],
    }
  return undefined
}

/** The newest event of a reason about an object. */
export function lastEvent(
  events: readonly Placed<KubeEvent>[],
  about: string,
  reason: RegExp,
): Placed<KubeEvent> | undefined {
  const time = (e: Placed<KubeEvent>) =>
    e.object.lastTimestamp ?? e.object.eventTime ?? e.object.metadata.creationTimestamp ?? ''
  return events
    .filter((e) => e.object.involvedObject?.name === about && reason.test(e.object.reason ?? ''))
    .sort((a, b) => time(a).localeCompare(time(b)))
    .at(-1)
}
