/** The parts of Kubernetes objects that facts and checks read, as they stand in raw JSON (dates are strings). */

export interface Meta {
  name: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: { kind: string; name: string; uid?: string; controller?: boolean }[]
}

export interface List<T> {
  items: T[]
}

export interface ServicePort {
  name?: string
  protocol?: 'TCP' | 'UDP' | 'SCTP'
  appProtocol?: string
  port: number
  targetPort?: number | string
  nodePort?: number
}

export interface Service {
  metadata: Meta
  spec: {
    type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
    selector?: Record<string, string>
    ports?: ServicePort[]
    clusterIP?: string
    clusterIPs?: string[]
    ipFamilies?: string[]
    ipFamilyPolicy?: string
    externalIPs?: string[]
    externalName?: string
    externalTrafficPolicy?: 'Cluster' | 'Local'
    internalTrafficPolicy?: 'Cluster' | 'Local'
    healthCheckNodePort?: number
    loadBalancerClass?: string
    loadBalancerSourceRanges?: string[]
    publishNotReadyAddresses?: boolean
    sessionAffinity?: 'None' | 'ClientIP'
    sessionAffinityConfig?: { clientIP?: { timeoutSeconds?: number } }
    trafficDistribution?: string
  }
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string; ipMode?: string }[] } }
}

export interface EndpointSlice {
  metadata: Meta
  addressType: 'IPv4' | 'IPv6' | 'FQDN'
  endpoints?:
    | {
        addresses: string[]
        conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean }
        nodeName?: string
        targetRef?: { kind?: string; name?: string; namespace?: string; uid?: string }
        hints?: { forZones?: { name: string }[]; forNodes?: { name: string }[] }
      }[]
    | null
  ports?: { name?: string; protocol?: string; port?: number; appProtocol?: string }[] | null
}

export interface ContainerStatus {
  name: string
  ready: boolean
  restartCount: number
  state?: {
    waiting?: { reason?: string; message?: string }
    running?: { startedAt?: string }
    terminated?: { reason?: string; message?: string; exitCode?: number; finishedAt?: string }
  }
  lastState?: { terminated?: { reason?: string; message?: string; exitCode?: number; finishedAt?: string } }
}

export interface Container {
  name: string
  image?: string
  command?: string[]
  args?: string[]
  ports?: { name?: string; containerPort: number; protocol?: string }[]
  env?: { name: string; value?: string }[]
  readinessProbe?: Probe
  livenessProbe?: Probe
}

export interface Probe {
  httpGet?: { port: number | string }
  [other: string]: unknown
}

export interface Pod {
  metadata: Meta
  spec: {
    nodeName?: string
    hostNetwork?: boolean
    dnsPolicy?: string
    dnsConfig?: { nameservers?: string[]; searches?: string[]; options?: { name: string; value?: string }[] }
    hostAliases?: { ip: string; hostnames?: string[] }[]
    readinessGates?: { conditionType: string }[]
    volumes?: { configMap?: { name?: string } }[]
    containers: Container[]
  }
  status?: {
    phase?: string
    reason?: string
    message?: string
    podIP?: string
    podIPs?: { ip: string }[]
    hostIP?: string
    startTime?: string
    conditions?: { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string }[]
    containerStatuses?: ContainerStatus[]
    initContainerStatuses?: ContainerStatus[]
  }
}

export interface Node {
  metadata: Meta
  spec?: {
    podCIDR?: string
    podCIDRs?: string[]
    taints?: { key: string; value?: string; effect: string }[]
    unschedulable?: boolean
  }
  status?: {
    addresses?: { type: string; address: string }[]
    conditions?: {
      type: string
      status: string
      reason?: string
      message?: string
      lastTransitionTime?: string
      lastHeartbeatTime?: string
    }[]
    nodeInfo?: { operatingSystem?: string; kernelVersion?: string; kubeletVersion?: string }
  }
}

export interface KubeEvent {
  metadata: Meta
  type?: string
  reason?: string
  message?: string
  count?: number
  firstTimestamp?: string | null
  lastTimestamp?: string | null
  eventTime?: string | null
  involvedObject?: { kind?: string; name?: string; namespace?: string; uid?: string }
}

export interface ResourceQuota {
  metadata: Meta
  status?: { hard?: Record<string, string>; used?: Record<string, string> }
}

export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

export interface PolicyPeer {
  podSelector?: LabelSelector
  namespaceSelector?: LabelSelector
  ipBlock?: { cidr: string; except?: string[] }
}

export interface PolicyPort {
  port?: number | string
  endPort?: number
  protocol?: string
}

export interface NetworkPolicy {
  metadata: Meta
  spec: {
    podSelector?: LabelSelector
    policyTypes?: string[]
    ingress?: { from?: PolicyPeer[]; ports?: PolicyPort[] }[]
    egress?: { to?: PolicyPeer[]; ports?: PolicyPort[] }[]
  }
}

export interface Workload {
  metadata: Meta
  spec: { replicas?: number; selector?: LabelSelector; template?: { metadata?: Meta; spec?: Pod['spec'] } }
  status?: Record<string, unknown>
}

export interface ConfigMap {
  metadata: Meta
  data?: Record<string, string>
}

export interface Lease {
  metadata: Meta
  spec?: { holderIdentity?: string; leaseDurationSeconds?: number; renewTime?: string; acquireTime?: string }
}

export interface Namespace {
  metadata: Meta
}

export interface ServiceCidr {
  metadata: Meta
  spec?: { cidrs?: string[] }
}
