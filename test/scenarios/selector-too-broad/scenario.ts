import type { Scenario } from '../../cluster/scenario.ts'
import {
  apply,
  barePod,
  clusterIp,
  faulty,
  pod,
  restoreBase,
  runs,
  seesSome,
  server,
  steps,
  undoKubectl,
  webService,
} from '../verbs.ts'

export default {
  about: 'the selector also matches the pods of another Deployment, which listen elsewhere',
  fault: ['svc-selector-too-broad'],
  modes: ['iptables', 'nftables'],
  break: steps(
    // by number: of a named port a pod without it would be no endpoint
    webService({ ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
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
  heal: steps(undoKubectl('delete pod batch --now'), restoreBase),
  expect: faulty('svc-selector-too-broad'),
  fix: 'none: only the owner knows which label tells them apart',
} satisfies Scenario
