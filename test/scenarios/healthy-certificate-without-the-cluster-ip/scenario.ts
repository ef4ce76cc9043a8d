import type { Scenario } from '../../cluster/scenario.ts'
import { api, healthy, nodeShows, onNode, pod, sees, steps, undoOnNode } from '../verbs.ts'

const served = 'echo | openssl s_client -connect 172.30.0.10:6443 2>/dev/null | openssl x509 -noout -ext subjectAltName'
const names = 'DNS:kubernetes, DNS:kubernetes.default, DNS:n0, IP:172.30.0.10, IP:127.0.0.1'

export default {
  about: "the API server's certificate does not name the address of its Service: clients complain, but they reach it",
  fault: [],
  modes: ['iptables', 'nftables'],
  service: 'kubernetes',
  break: onNode(
    'n0',
    [
      'cd /etc/kubernetes/pki && cp apiserver.crt /root/apiserver.crt.stock',
      `echo 'subjectAltName = ${names}' > /tmp/names`,
      'openssl req -new -key apiserver.key -subj /CN=kube-apiserver -out /tmp/request',
      'openssl x509 -req -in /tmp/request -CA ca.crt -CAkey ca.key -set_serial 77 -days 9 -extfile /tmp/names -out /tmp/new.crt',
      'cp /tmp/new.crt apiserver.crt',
    ].join(' && '),
  ),
  // the API server looks at its files once a minute
  observable: steps(
    nodeShows('n0', `${served} | grep -q 172.30.0.10 && ! ${served} | grep -q 10.96.0.1`, 120),
    sees(pod('n1'), api, 'ok'),
  ),
  heal: steps(
    undoOnNode('n0', 'cp /root/apiserver.crt.stock /etc/kubernetes/pki/apiserver.crt'),
    nodeShows('n0', `${served} | grep -q 10.96.0.1`, 120),
  ),
  expect: healthy,
} satisfies Scenario
