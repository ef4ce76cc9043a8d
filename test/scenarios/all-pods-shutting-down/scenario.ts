import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kubectl, pod, restoreBase, sees, shellServer, steps, webPods } from '../verbs.ts'

// A server that closes its port as soon as it is asked to go, and takes its time to go.
const server = shellServer('/agnhost netexec --http-port=8080 & s=$!; trap "kill $s" TERM; while :; do sleep 1; done')

export default {
  about: 'all pods are shutting down and have closed their port, and nothing replaces them yet',
  fault: ['ep-all-terminating'],
  modes: ['iptables', 'nftables'],
  break: steps(
    webPods(server, { terminationGracePeriodSeconds: 600 }),
    // without the workload: its new pods would be there within a second
    kubectl('delete deployment web --cascade=orphan'),
    kubectl('delete replicaset -l app=web --cascade=orphan'),
    kubectl('delete pods -l app=web --wait=false'),
  ),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: steps(kubectl('delete pods -l app=web --grace-period=0 --force'), restoreBase),
  expect: faulty('ep-all-terminating'),
  fix: 'none: new pods must come before old ones go; nothing can be taken back',
} satisfies Scenario
