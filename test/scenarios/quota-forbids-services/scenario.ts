import type { Scenario, Step } from '../../cluster/scenario.ts'
import { apply, kubectl, kubectlShows, restoreBase, service, steps, undoKubectl, webSpec } from '../verbs.ts'

/** Making the Service has to be refused, and by the quota. */
const refusedByQuota: Step = async (stage) => {
  const said = await apply(service('web', webSpec))(stage).then(
    () => 'it was made',
    (error: Error) => error.message,
  )
  if (!/exceeded quota/.test(said)) throw new Error(`Service web is not refused by the quota: ${said}`)
}

export default {
  about: 'a quota allows no Service, so the one asked about could not be made',
  fault: ['cp-webhook-or-quota-blocks-service'],
  modes: ['iptables'],
  break: steps(
    kubectl('delete service web'),
    apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'frugal', namespace: 'default' },
      spec: { hard: { services: '0' } },
    }),
    kubectlShows(/services/, 'get resourcequota frugal -o', 30, 'jsonpath={.status.used}'),
  ),
  observable: refusedByQuota,
  heal: steps(undoKubectl('delete resourcequota frugal'), restoreBase),
  expect: { state: 'refused', message: 'ResourceQuota frugal' },
} satisfies Scenario
