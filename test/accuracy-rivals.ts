/** A situation in which six other tools were run on a real cluster (2026-11), and what each made of it. */
export interface Situation {
  number: string
  what: string
  /** skoop, kubectl-status, popeye -A, k8sgpt, kdebug, nettrace. */
  others: [string, string, string, string, string, string]
  /** Our scenario of the same fault. */
  scenario: string
}

const none: Situation['others'] = ['–', '–', '–', '–', '–', '–']

export const rivals: Situation[] = [
  of('1', 'selector off by a letter', 'incident-002-selector-mismatch', ['part', 'part', 'yes', 'yes', 'yes', 'part']),
  of('2', 'readiness failing', 'incident-002-readiness-failing', ['part', 'yes', 'part', 'yes', 'yes', 'X']),
  of('3', 'targetPort wrong', 'target-port-wrong', ['yes', '–', 'yes', '–', '–', '–']),
  of('4', 'application on 127.0.0.1 only', 'listens-on-loopback', ['part', '–', '–', '–', '–', '–']),
  of('5', 'kube-proxy stopped, pods replaced', 'kube-proxy-frozen', none),
  of('6', 'jump to KUBE-SERVICES gone', 'jump-for-pods-missing', none),
  of('7', 'one DNAT to an address of old', 'dnat-to-a-gone-pod', none),
  of('8', 'nat table flushed', 'nat-table-flushed', none),
  of('9', 'hairpin off', 'incident-002-hairpin-off', none),
  of('10', 'overlay port dropped', 'overlay-udp-dropped-in-input', none),
  of('11', 'ip_forward off', 'forwarding-off', ['yes', '–', '–', '–', '–', '–']),
  of('12', 'DROP rule in FORWARD', 'drop-rule-ahead-of-the-cni', none),
  of('13', 'route to a pod range gone', 'pod-route-missing', ['yes', '–', '–', '–', '–', '–']),
  of('14', 'forwarding entry wrong', 'forwarding-entry-wrong', ['yes', '–', '–', '–', '–', '–']),
  of('15', 'CoreDNS scaled to 0', 'incident-002-coredns-gone', ['–', '–', 'yes', 'part', '–', '–']),
  of('16', 'clusterDNS of a kubelet wrong', 'kubelet-cluster-dns-wrong', none),
  of('17', 'dead nameserver first', 'dead-nameserver-first', none),
  of('18', 'externalTrafficPolicy Local', 'incident-002-external-traffic-policy-local', [
    'part',
    'part',
    'part',
    '–',
    '–',
    '–',
  ]),
  of('19', 'LoadBalancer pending', 'incident-002-load-balancer-pending', ['–', '–', '–', '–', 'yes', '–']),
  of('20', 'externalIP not routed', 'incident-002-external-ip-not-routed', ['–', 'part', '–', '–', '–', '–']),
  of('21', 'connection tracking full', 'conntrack-table-full', none),
  of('H1', 'healthy, named targetPort', 'healthy-plain', ['X', '–', '·', '·', '–', '·']),
  of('H2', 'healthy, number as targetPort', 'healthy-number-as-target-port', ['X', '–', '–', 'X', '–', '–']),
  of('H3', 'healthy, port not declared', 'healthy-port-not-declared', ['X', '–', '–', '·', '–', '–']),
  of('H4', 'healthy, other port declared', 'healthy-other-port-declared', ['·', '–', 'X', 'X', '–', '–']),
  of('H5', 'FORWARD policy DROP, CNI accepts', 'healthy-forward-policy-drop', ['X', '–', '–', 'X', '–', '–']),
  of('H6', 'NetworkPolicy without enforcer', 'healthy-policy-without-enforcer', ['X', '–', '–', '–', '–', 'X']),
]

function of(number: string, what: string, scenario: string, others: Situation['others']): Situation {
  return { number, what, scenario, others }
}
