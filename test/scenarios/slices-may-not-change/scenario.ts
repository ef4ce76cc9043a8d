import type { Scenario } from '../../cluster/scenario.ts'
import { apply, clusterIp, faulty, pod, rollWeb, sees, steps, undoKubectl, wait } from '../verbs.ts'

export default {
  about: 'an admission policy forbids changes of EndpointSlices, so the endpoints do not follow the pods',
  fault: ['cp-endpointslice-controller-stuck'],
  modes: ['iptables', 'nftables'],
  break: steps(
    apply(
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: 'no-slices' },
        spec: {
          matchConstraints: {
            resourceRules: [
              {
                apiGroups: ['discovery.k8s.io'],
                apiVersions: ['v1'],
                operations: ['CREATE', 'UPDATE'],
                resources: ['endpointslices'],
              },
            ],
          },
          validations: [
            { expression: "object.metadata.namespace != 'default'", message: 'slices of this namespace are frozen' },
          ],
        },
      },
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name: 'no-slices' },
        spec: { policyName: 'no-slices', validationActions: ['Deny'] },
      },
    ),
    wait(5),
    rollWeb,
  ),
  observable: sees(pod('n0'), clusterIp(), 'fails'),
  heal: steps(
    undoKubectl('delete validatingadmissionpolicybinding no-slices'),
    undoKubectl('delete validatingadmissionpolicy no-slices'),
    wait(3),
    rollWeb,
  ),
  expect: faulty('cp-endpointslice-controller-stuck'),
  healWithin: 90,
} satisfies Scenario
