import type { Scenario } from '../../cluster/scenario.ts'
import {
  clusterIp,
  faulty,
  kubectl,
  onNode,
  pod,
  restoreBase,
  sees,
  shellServer,
  steps,
  undoKubectl,
  webPods,
  webService,
} from '../verbs.ts'

export default {
  about: 'hints keep clients of a zone on the one pod there, whose server has died',
  fault: ['ep-hints-or-distribution', 'ep-ready-but-dead', 'app-not-listening'],
  modes: ['iptables', 'nftables'],
  break: steps(
    kubectl('label node n0 n2 topology.kubernetes.io/zone=east --overwrite'),
    kubectl('label node n1 topology.kubernetes.io/zone=west --overwrite'),
    webPods(shellServer('/agnhost netexec --http-port=8080 & sleep 1d')),
    webService({ trafficDistribution: 'PreferSameZone' }),
    onNode('n2', 'pkill -KILL -f "^/agnhost netexec"'),
  ),
  observable: steps(sees(pod('n0'), clusterIp(), 'refused'), sees(pod('n1'), clusterIp(), 'ok')),
  heal: steps(undoKubectl('label node n0 n1 n2 topology.kubernetes.io/zone-'), restoreBase),
  expect: faulty('app-not-listening'),
  fix: 'none: the program has to be mended',
} satisfies Scenario
