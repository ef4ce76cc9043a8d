import type { Scenario } from '../../cluster/scenario.ts'
import {
  apply,
  ask,
  barePod,
  clusterIp,
  faulty,
  kubectl,
  nodeShows,
  onNode,
  pod,
  probedServer,
  restoreBase,
  runs,
  seesSome,
  steps,
  undoKubectl,
  undoOnNode,
  wait,
} from '../verbs.ts'

export default {
  about: 'no controller manager runs, so the endpoints do not follow the pods',
  fault: ['cp-kcm-down-endpoints-frozen'],
  modes: ['iptables', 'nftables'],
  break: steps(
    onNode('n0', 'mv /etc/kubernetes/manifests/kube-controller-manager.yaml /etc/kubernetes/'),
    nodeShows('n0', '! pidof kube-controller-manager', 60),
    async (stage) => {
      const old = await ask(stage, 'get pods -l app=web --field-selector spec.nodeName=n1 -o name')
      await kubectl(`delete ${old} --force --grace-period=0`)(stage)
    },
    apply(barePod('web-new', 'web', probedServer, { nodeName: 'n0' })),
  ),
  // Its lease lasts 15 seconds: before that nobody can tell that it is gone.
  observable: steps(seesSome(pod('n0'), clusterIp(), 'fails'), wait(20)),
  heal: steps(
    undoOnNode('n0', 'mv /etc/kubernetes/kube-controller-manager.yaml /etc/kubernetes/manifests/'),
    undoKubectl('delete pod web-new --now'),
    runs('web', 2, 120),
    restoreBase,
  ),
  expect: faulty('cp-kcm-down-endpoints-frozen'),
  fix: 'none: the manifest has to be put back where the kubelet looks for it',
  healWithin: 90,
} satisfies Scenario
