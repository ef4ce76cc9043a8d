import type { Step } from '../../cluster/scenario.ts'
import { apply, undoKubectl } from './kubectl.ts'
import { service } from './objects.ts'
import { addressOn } from './rules.ts'
import { steps } from './run.ts'

/** Service `manual` without a selector and a hand-made slice with the pod of web on n1; `slice` and `labels` replace parts. */
export function manualService(slice: object = {}, labels: object = {}): Step {
  return async (stage) => {
    const stock = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'manual-1',
        namespace: 'default',
        labels: { 'kubernetes.io/service-name': 'manual', ...labels },
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: [await addressOn(stage, 'n1')] }],
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    }
    await apply(service('manual', { ports: [{ name: 'http', port: 80 }] }), { ...stock, ...slice })(stage)
  }
}

export const removeManual: Step = steps(
  undoKubectl('delete service manual'),
  undoKubectl('delete endpointslice manual-1'),
)

/** A slice for web that no controller looks after, with one address. */
export function orphanSlice(address: string): Step {
  return apply({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-orphan', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  })
}
