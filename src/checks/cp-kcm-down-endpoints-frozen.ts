import { blameSome, throughService } from '../facts/blame.ts'
import { sliceLag } from '../facts/slice-lag.ts'
import { check } from './check.ts'

export default check({
  id: 'cp-kcm-down-endpoints-frozen',
  title: 'The controller manager keeps the EndpointSlices current',
  item: 'control-plane',
  needs: ['service', 'pods', 'endpoints', 'controlPlane', 'cells', 'evidence'],
  leadsTo: ['ep-orphan-slice', 'ep-ready-but-dead', 'cp-endpointslice-controller-stuck'],
  applies: ({ service }) =>
    service.spec.selector && Object.keys(service.spec.selector).length > 0 ? true : 'the Service has no selector',
  run({ service, pods, endpoints, controlPlane, cells, evidence }) {
    const lag = sliceLag(service, pods, endpoints, evidence)
    if (lag.missing.length === 0 && lag.gone.length === 0) return []
    const lease = controlPlane.kcmLease
    const asked = Date.parse(evidence.bundle.evidence.get('api/kube-system/leases.json')?.at ?? '')
    const age = lease ? (asked - Date.parse(lease.object.spec?.renewTime ?? '')) / 1000 : Number.POSITIVE_INFINITY
    // a leader renews every 2 s and gives up after 10 s (leaderelection defaults)
    const stale = age >= 10 || controlPlane.kcmPods?.length === 0
    if (!stale) return []
    const gone = lag.gone.map((e) => e.address)
    const lagText = [
      ...(gone.length > 0 ? [`they still list ${gone.join(', ')}, of pods that are gone`] : []),
      ...(lag.missing.length > 0
        ? [`they lack the ready pod${lag.missing.length > 1 ? 's' : ''} ${lag.missing.map((m) => m.pod).join(', ')}`]
        : []),
    ].join('; ')
    return [
      {
        says: `kube-controller-manager does not run (its lease is ${Number.isFinite(age) ? `${Math.round(age)} s old` : 'missing'}), so the EndpointSlices of Service ${service.metadata.namespace}/${service.metadata.name} stand still: ${lagText}.`,
        on: 'kube-controller-manager',
        proof: [
          ...(lease ? [evidence.proofAt(lease.path, 'items', lease.index, 'spec', 'renewTime')] : []),
          ...lag.gone.map((e) => e.proof),
          ...lag.missing.map((m) => m.proof),
        ],
        why: 'kube-proxy follows the slices faithfully: connections go to pods that are gone, and new pods get none, on every node alike',
        fix: [
          'kubectl -n kube-system get pods -l component=kube-controller-manager',
          '# start it again (on a kubeadm control plane: /etc/kubernetes/manifests/kube-controller-manager.yaml); the slices follow by themselves',
        ],
        explains: blameSome(cells, (cell) => gone.includes(cell.to.ip ?? '') || throughService(cell)),
      },
    ]
  },
})
