interface Event {
  metadata: { name: string; namespace?: string; creationTimestamp?: string }
  involvedObject?: { kind?: string; name?: string }
  lastTimestamp?: string | null
  eventTime?: string | null
}

/** A busy namespace has thousands; the newest tell why something is as it is. */
const most = 150

/** What is kept of a namespace's events: the newest, without those about our own pods, and without their bookkeeping. */
export function usefulEvents(events: unknown[]): unknown[] {
  return (events as Event[])
    .filter(({ involvedObject }) => !involvedObject?.name?.startsWith('svc-debug-'))
    .sort((a, b) => timeOf(a).localeCompare(timeOf(b)))
    .slice(-most)
    .map(({ metadata: { name, namespace, creationTimestamp }, ...rest }) => ({
      metadata: { name, namespace, creationTimestamp },
      ...rest,
    }))
}

function timeOf(event: Event): string {
  return event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? ''
}
