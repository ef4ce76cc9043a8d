import type { Scenario } from '../../cluster/scenario.ts'
import { apply, asks, faulty, pod, restoreBase, server, service, steps, undoKubectl, webPods } from '../verbs.ts'

export default {
  about: 'a headless Service has no ready pod, so its name does not exist',
  fault: ['dns-headless-no-ready', 'ep-readiness-failing'],
  modes: ['iptables', 'nftables'],
  service: 'peers',
  break: steps(
    apply(service('peers', { clusterIP: 'None', selector: { app: 'web' }, ports: [{ name: 'http', port: 8080 }] })),
    webPods({ ...server, readinessProbe: { httpGet: { path: '/', port: 9 }, periodSeconds: 2 } }),
  ),
  observable: asks(pod('n1'), 'peers.default.svc.cluster.local.', 'NXDOMAIN'),
  heal: steps(undoKubectl('delete service peers'), restoreBase),
  expect: faulty('ep-readiness-failing'),
  fix: 'none: the probe belongs to the workload of its owner',
} satisfies Scenario
