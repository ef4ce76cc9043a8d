/**
 * Every version the test cluster is made of, in one place. The Go modules below `go/` pin their own dependencies in
 * go.mod and go.sum; a version here that has a module there must agree with it (`versions.test.ts` checks).
 */
export const VERSIONS = {
  kubernetes: '1.35.4',
  /** The tag kubeadm of that Kubernetes expects; the program is the etcd server of `go/kube/go.mod`. */
  etcdImage: '3.6.6-0',
  /** The tag kubeadm of that Kubernetes expects; the program is the CoreDNS of `go/coredns/go.mod`. */
  corednsImage: '1.13.1',
  pauseImage: '3.10.1',
  coredns: '1.14.7',
  flannel: '0.28.4',
  flannelCni: '0.9.1',
  krew: '0.5.0',
  agnhostImage: '2.57',
  netshootImage: '0.16',
  networkPolicies: '1.1.1',
  /** The Debian release of the machine's packages and of the tool images. */
  debian: 'bookworm',
} as const
