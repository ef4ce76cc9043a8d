import type { Scenario, Step } from '../../cluster/scenario.ts'
import { api, faulty, kubectlShows, nodeShows, onNode, pod, sees, slicesShow, steps, undoOnNode } from '../verbs.ts'

const MANIFEST = '/etc/kubernetes/manifests/kube-apiserver.yaml'

/** The kubelet makes the API server anew when its manifest changes. */
const advertise = (from: string, to: string): Step =>
  onNode('n0', `sed -i 's/--advertise-address=${from}$/--advertise-address=${to}/' ${MANIFEST}`)

export default {
  about: 'the API server advertises the address of a network that only its own node has',
  fault: ['cp-advertise-address-wrong'],
  modes: ['iptables', 'nftables'],
  service: 'kubernetes',
  break: steps(
    onNode(
      'n0',
      'ip link add nat0 type veth peer name nat1; ip link set nat1 up; ip addr add 10.0.2.15/24 dev nat0; ip link set nat0 up',
    ),
    advertise('172.30.0.10', '10.0.2.15'),
    nodeShows('n0', 'tr "\\0" " " < /proc/$(pidof kube-apiserver)/cmdline | grep -q advertise-address=10.0.2.15', 90),
    slicesShow(/^10\.0\.2\.15:\S* ?$/, 'kubernetes', 90),
  ),
  // the kubelet shows the API server's pod anew, and a kube-proxy that lost its API server may look for it a while
  observable: steps(
    kubectlShows(
      /advertise-address=10\.0\.2\.15/,
      '-n kube-system get pod kube-apiserver-n0 -o',
      90,
      'jsonpath={.spec}',
    ),
    ...['n1', 'n2'].map((node) => nodeShows(node, '(iptables-save; nft list ruleset) | grep -q 10.0.2.15', 90)),
    sees(pod('n1'), api, 'fails'),
    sees(pod('n0'), api, 'ok'),
  ),
  heal: steps(
    advertise('10.0.2.15', '172.30.0.10'),
    nodeShows('n0', 'tr "\\0" " " < /proc/$(pidof kube-apiserver)/cmdline | grep -q advertise-address=172.30.0.10', 90),
    slicesShow(/^172\.30\.0\.10:\S* ?$/, 'kubernetes', 90),
    undoOnNode('n0', 'ip link del nat0'),
  ),
  expect: faulty('cp-advertise-address-wrong', 'n0'),
  fix: 'none: the API server has to be told another address',
  healWithin: 120,
} satisfies Scenario
