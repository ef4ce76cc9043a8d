import type { Scenario } from '../../cluster/scenario.ts'
import {
  apply,
  barePod,
  clusterIp,
  faulty,
  kubectl,
  pod,
  restoreBase,
  runs,
  seesSome,
  shellServer,
  steps,
  undoKubectl,
} from '../verbs.ts'

export default {
  about: 'one of six endpoints refuses: five tries in six go well',
  fault: ['ep-ready-but-dead', 'app-not-listening'],
  modes: ['iptables', 'nftables'],
  break: steps(
    kubectl('scale deployment web --replicas=5'),
    kubectl('rollout status deployment web --timeout=60s'),
    apply(barePod('lame', 'web', shellServer('/agnhost netexec --http-port=8080 & sleep 1d'), { nodeName: 'n2' })),
    runs('web', 6),
    kubectl('exec lame -- killall -9 agnhost'),
  ),
  observable: seesSome(pod('n0'), clusterIp(), 'refused'),
  heal: steps(undoKubectl('delete pod lame --now'), undoKubectl('delete deployment web --now'), restoreBase),
  expect: faulty('app-not-listening'),
  fix: 'none: the program of that pod has to be mended',
} satisfies Scenario
