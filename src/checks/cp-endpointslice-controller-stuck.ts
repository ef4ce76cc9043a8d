import { blameSome, throughService } from '../facts/blame.ts'
import type { Service } from '../facts/kube.ts'
import { sliceLag } from '../facts/slice-lag.ts'
import { vetoOf } from '../facts/veto.ts'
import { check } from './check.ts'

export default check({
  id: 'cp-endpointslice-controller-stuck',
  title: 'Nothing keeps the controller from updating the EndpointSlices',
  item: 'control-plane',
  needs: ['service', 'pods', 'endpoints', 'controlPlane', 'cells', 'events', 'evidence'],
  leadsTo: ['ep-orphan-slice', 'ep-ready-but-dead'],
  applies: ({ service }) =>
    service.spec.selector && Object.keys(service.spec.selector).length > 0 ? true : 'the Service has no selector',
  run({ service, pods, endpoints, controlPlane, cells, events, evidence }) {
    const lag = sliceLag(service, pods, endpoints, evidence)
    if (lag.missing.length === 0 && lag.gone.length === 0) return []
    const lease = controlPlane.kcmLease
    const asked = Date.parse(evidence.bundle.evidence.get('api/kube-system/leases.json')?.at ?? '')
    const age = lease ? (asked - Date.parse(lease.object.spec?.renewTime ?? '')) / 1000 : Number.POSITIVE_INFINITY
    // a leader renews every 2 s and gives up after 10 s (leaderelection defaults)
    const stale = age >= 10 || controlPlane.kcmPods?.length === 0
    if (stale) return []
    const event = events
      .filter((e) => /FailedToUpdateEndpointSlices|FailedToCreateEndpoint/.test(e.object.reason ?? ''))
      .at(-1)
    const veto = vetoOf(event?.object.message ?? '', service.metadata.namespace ?? 'default')
    const gone = lag.gone.map((e) => e.address)
    const lagText = [
      ...(gone.length > 0 ? [`they still list ${gone.join(', ')}, of pods that are gone`] : []),
      ...(lag.missing.length > 0
        ? [`they lack the ready pod${lag.missing.length > 1 ? 's' : ''} ${lag.missing.map((m) => m.pod).join(', ')}`]
        : []),
    ].join('; ')
    return [
      {
        says: `The controller manager runs, but the EndpointSlices of Service ${service.metadata.namespace}/${service.metadata.name} are not kept current: ${lagText}${veto ? `; ${veto.says}` : ''}.`,
        on: `service ${service.metadata.namespace}/${service.metadata.name}`,
        proof: [
          ...(event ? [evidence.proofAt(event.path, 'items', event.index, 'message')] : []),
          ...lag.gone.map((e) => e.proof),
          ...lag.missing.map((m) => m.proof),
        ],
        why: 'kube-proxy follows the slices faithfully: connections go to pods that are gone, and new pods get none, on every node alike',
        fix: [
          ...(veto ? [...veto.fix, ...nudge(service)] : []),
          `kubectl -n ${service.metadata.namespace} get events --field-selector involvedObject.name=${service.metadata.name}`,
          ...(veto
            ? []
            : [
                'kubectl get validatingwebhookconfigurations,validatingadmissionpolicybindings  # one that rejects endpointslices?',
              ]),
          'kubectl -n kube-system logs -l component=kube-controller-manager --tail=50 | grep -i endpointslice',
        ],
        explains: blameSome(cells, (cell) => gone.includes(cell.to.ip ?? '') || throughService(cell)),
      },
    ]
  },
})

/** The controller waits up to 1000 s between its tries (endpointslice.go: maxSyncBackOff), but looks at once at a Service that changes. */
function nudge({ metadata: { namespace, name } }: Service): string[] {
  return [
    '# the controller tries again when the Service changes, so change it and change it back:',
    `kubectl -n ${namespace} annotate service ${name} endpoints-nudge=now && sleep 5`,
    `kubectl -n ${namespace} annotate service ${name} endpoints-nudge-`,
  ]
}
