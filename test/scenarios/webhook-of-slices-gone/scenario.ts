import type { Scenario } from '../../cluster/scenario.ts'
import { apply, clusterIp, faulty, pod, rollWeb, sees, steps, undoKubectl, wait } from '../verbs.ts'

export default {
  about:
    'every change of an EndpointSlice must pass a webhook whose server is gone, so the endpoints do not follow the pods',
  fault: ['cp-webhook-or-quota-blocks-service'],
  modes: ['iptables', 'nftables'],
  break: steps(
    apply({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'guard' },
      webhooks: [
        {
          name: 'slices.guard.example',
          clientConfig: { url: 'https://127.0.0.1:9443/validate' },
          rules: [
            {
              apiGroups: ['discovery.k8s.io'],
              apiVersions: ['v1'],
              operations: ['CREATE', 'UPDATE'],
              resources: ['endpointslices'],
            },
          ],
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          timeoutSeconds: 5,
        },
      ],
    }),
    wait(3),
    rollWeb,
  ),
  observable: sees(pod('n0'), clusterIp(), 'fails'),
  heal: steps(undoKubectl('delete validatingwebhookconfiguration guard'), wait(3), rollWeb),
  expect: faulty('cp-endpointslice-controller-stuck'),
  healWithin: 90,
  fix: 'none: the webhook belongs to its owner',
} satisfies Scenario
