import type { Scenario } from '../../cluster/scenario.ts'
import {
  apply,
  faulty,
  host,
  kubectlShows,
  nodeShows,
  sees,
  service,
  steps,
  undoKubectl,
  undoOnNode,
  url,
} from '../verbs.ts'

export default {
  about: 'an externalIP is the address of n0; n2, which uses IPVS, takes it for its own and loses the API server',
  fault: ['extip-is-node-ip-ipvs'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  service: 'ext',
  break: steps(
    apply(
      service('ext', {
        selector: { app: 'web' },
        externalIPs: ['172.30.0.10'],
        ports: [{ name: 'http', port: 80, targetPort: 'http' }],
      }),
    ),
    nodeShows('n2', 'ip addr show kube-ipvs0 | grep -q 172.30.0.10/32', 180),
  ),
  observable: steps(
    sees(host('n2'), url('https://172.30.0.10:6443/livez'), 'fails'),
    kubectlShows(/ NotReady /, 'get node n2', 120),
  ),
  heal: steps(
    undoKubectl('delete service ext'),
    // the address alone would come back: kube-proxy does not hear that the Service is gone
    undoOnNode('n2', 'pkill -x kube-proxy; ip addr del 172.30.0.10/32 dev kube-ipvs0'),
    kubectlShows(/ Ready /, 'get node n2', 120),
  ),
  expect: faulty('extip-is-node-ip-ipvs', 'n2'),
  healWithin: 240,
} satisfies Scenario
