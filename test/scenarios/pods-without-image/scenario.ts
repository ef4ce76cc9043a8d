import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kubectlShows, pod, recreate, restoreBase, sees, server, steps } from '../verbs.ts'

export default {
  about: 'the pods cannot start: their image does not exist',
  fault: ['ep-pods-not-running'],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: steps(
    recreate({ ...server, image: 'registry.k8s.io/e2e-test-images/agnhost:nosuch' }),
    kubectlShows(/Err|BackOff/, 'get pods -l app=web'),
  ),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('ep-pods-not-running'),
  fix: 'none: only the owner knows the right image',
} satisfies Scenario
