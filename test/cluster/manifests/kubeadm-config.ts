import { stringify } from 'yaml'
import { ADDRESSES, API_PORT_IN_LAB, type LabOptions, nodeIp } from '../lab-plan.ts'
import { VERSIONS } from '../versions.ts'

/** The token with which workers join; it opens nothing but a lab that lives inside network namespaces. */
export const JOIN_TOKEN = 'abcdef.0123456789abcdef'

/**
 * kubeadm's configuration for the control plane `n0`, as YAML: stock kubeadm but for what a node without systemd and
 * without its own kernel cannot have.
 */
export function kubeadmConfig(options: LabOptions): string {
  const both = (v4: string, v6: string): string => (options.dualStack ? `${v4},${v6}` : v4)
  const documents = [
    {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'InitConfiguration',
      bootstrapTokens: [{ token: JOIN_TOKEN, ttl: '0s' }],
      localAPIEndpoint: { advertiseAddress: nodeIp('n0'), bindPort: API_PORT_IN_LAB },
      nodeRegistration: {
        criSocket: 'unix:///run/containerd/containerd.sock',
        name: 'n0',
        ignorePreflightErrors: ['all'],
      },
      timeouts: { controlPlaneComponentHealthCheck: '8m0s', kubernetesAPICall: '3m0s', kubeletHealthCheck: '6m0s' },
    },
    {
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'ClusterConfiguration',
      kubernetesVersion: `v${VERSIONS.kubernetes}`,
      networking: {
        podSubnet: both(ADDRESSES.podCidr, ADDRESSES.podCidrV6),
        serviceSubnet: both(ADDRESSES.serviceCidr, ADDRESSES.serviceCidrV6),
      },
      // The machine reaches the API server through a port of its loopback only.
      apiServer: { certSANs: ['127.0.0.1', 'localhost'] },
      etcd: { local: { extraArgs: [{ name: 'unsafe-no-fsync', value: 'true' }] } },
    },
    {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      cgroupDriver: 'cgroupfs',
      failCgroupV1: false,
      failSwapOn: false,
      // Nodes share one cgroup tree; an empty list would be dropped on the way to kubelet, hence the word.
      cgroupsPerQOS: false,
      enforceNodeAllocatable: ['none'],
      evictionHard: { 'memory.available': '1Mi' },
      imageGCHighThresholdPercent: 99,
    },
    {
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      mode: options.proxyMode,
      // These sysctls cannot be written in a network namespace.
      conntrack: { maxPerCore: 0, min: null, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
    },
  ]
  return documents.map((document) => stringify(document)).join('---\n')
}
