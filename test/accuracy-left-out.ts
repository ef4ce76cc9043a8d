/**
 * Faults that a Service can have and that no scenario breaks, by their ids in the catalogue of faults, and why. What is covered by a
 * healthy look-alike says so: there the right answer is that nothing is wrong with the Service.
 */
export const leftOut: Record<string, string> = {
  'app-http-error-only':
    'the Service is reachable: healthy-answers-with-an-error and healthy-virtual-host-of-another-name must stay silent',
  'app-mesh-mtls': 'no service mesh runs on the test cluster',
  'cp-cert-lacks-clusterip': 'the Service is reachable: healthy-certificate-without-the-cluster-ip must stay silent',
  'dns-5s-race': 'kernels since 5.1 do not lose these packets; the test machine has 6.18',
  'dns-aaaa-first':
    'an address family that leads nowhere is found by the dual-* scenarios; which one a client takes first is its own doing',
  'dns-client-cache':
    'an address in the memory of a running program shows nowhere; one that it was given at its start does (client-keeps-an-old-address)',
  'dns-coredns-overload': 'it refuses forwarded names only, never that of a Service, and is over when the load is',
  'dns-musl-resolver': 'no image with a musl older than 1.2.4 is at hand',
  'dns-ndots-low': 'harms clients with musl only: healthy-ndots-one must stay silent',
  'extip-denied-or-gated':
    'kube-proxy 1.35 has no such gate, and what admission denies is never there to be asked about',
  'extname-host-or-tls': 'the Service is reachable: healthy-virtual-host-of-another-name must stay silent',
  'ipvs-conn-reuse': 'needs a kernel older than 5.9',
  'ipvs-strict-arp': 'needs a load balancer that answers ARP on the IPVS node, and its network has no other machine',
  'kp-clustercidr-unset-or-wrong':
    'harmless by itself: healthy-cluster-cidr-unset and -wrong must stay silent; where it harms it is incident-000-wrong-source-address',
  'kp-conntrack-invalid-rst': 'needs an asymmetric path in the middle of a long transfer; probes are short',
  'kp-conntrack-stale-udp': 'harms a client that keeps its source port, and no probe can have the same one',
  'kp-tcp-conn-to-gone-pod': 'one old connection of one client: healthy-connection-to-a-gone-pod must stay silent',
  'netpol-blocks-kubelet-probes-or-host': 'the enforcer of the test cluster lets the node through, as the API asks',
  'netpol-snat-source': 'needs a client outside of the cluster; the tool has no probe there',
  'np-ephemeral-clash': 'harms the host, not the Service: healthy-listener-on-the-node-port must stay silent',
  'np-localhost': "one mode's habit: healthy-node-port-not-on-localhost must stay silent",
  'np-wrong-port-or-range':
    'the API refuses a wrong one; a client that dials a wrong port is asked-for-a-port-that-is-not-there',
  'ul-neigh-table-overflow':
    "the limits belong to the machine and not to a node's namespace: all that runs on it would suffer",
  'ul-vxlan-checksum-offload': 'the virtual wires between the nodes never spoil a checksum',
}
