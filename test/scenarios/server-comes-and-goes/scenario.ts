import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, restoreBase, seesSome, shellServer, steps, wait, webPods } from '../verbs.ts'

const container = shellServer(
  'while :; do timeout $((10 - $(date +%s) % 10)) /agnhost netexec --http-port=8080; sleep $((10 - $(date +%s) % 10)); done',
  { readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1, failureThreshold: 1 } },
)

export default {
  about: 'the server in every pod ends and starts again every few seconds, and the readiness probe follows it',
  fault: ['ep-flapping'],
  modes: ['iptables', 'nftables'],
  break: webPods(container),
  observable: steps(wait(30), seesSome(pod('n0'), clusterIp(), 'refused')),
  heal: restoreBase,
  expect: faulty('ep-flapping'),
  fix: 'none: the server belongs to the workload of its owner',
} satisfies Scenario
