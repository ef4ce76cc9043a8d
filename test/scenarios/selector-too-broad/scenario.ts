import type { Scenario } from '../../cluster/scenario.ts'
import { apply, barePod, clusterIp, faulty, pod, runs, seesSome, server, steps, undoKubectl } from '../verbs.ts'

export default {
  about: 'the selector also matches the pods of another Deployment, which listen elsewhere',
  fault: ['svc-selector-too-broad'],
  modes: ['iptables', 'nftables'],
  break: steps(
    apply(
      barePod(
        'batch',
        'web',
        { ...server, args: ['netexec', '--http-port=8081'], ports: [{ name: 'jobs', containerPort: 8081 }] },
        { nodeName: 'n1' },
      ),
    ),
    runs('web', 3),
  ),
  observable: seesSome(pod('n0'), clusterIp(), 'refused'),
  heal: undoKubectl('delete pod batch --now'),
  expect: faulty('svc-selector-too-broad'),
  fix: 'none: only the owner knows which label tells them apart',
} satisfies Scenario
