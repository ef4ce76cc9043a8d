/** The nouns of what probes and small host tools said. Each item keeps its line as proof. */
import type { DestinationKind, Outcome, Protocol } from '../model.ts'
import type { Read } from './host.ts'

/** One line of connect.txt: one try to reach an address. */
export interface Try extends Read {
  kind: DestinationKind
  variant?: string
  protocol: Protocol
  /** Address without brackets, or the name where a name was tried. */
  ip: string
  port: number
  /** Number of the try, as the script counted. */
  try: number
  outcome: Outcome
  /** Until the outcome was known. */
  seconds: number
  /** Until the TCP handshake was done; 0 where it never was. */
  connected: number
  exitCode: number
  /** HTTP status, where one came. */
  status?: number
  bytes: number
  /** The tool's own words. */
  detail: string
}

export type DnsForm = 'short' | 'namespaced' | 'svc' | 'fqdn' | 'large' | 'reverse' | 'external'

/** One query of dns.txt. `line` and `raw` are those of the line that decides the outcome. */
export interface DnsTry extends Read {
  server: string
  protocol: 'udp' | 'tcp'
  type: string
  name: string
  form: DnsForm
  outcome: Outcome
  /** NOERROR, NXDOMAIN, SERVFAIL, REFUSED …; absent where no answer came. */
  status?: string
  /** Header flags: qr aa rd ra tc … */
  flags: string[]
  answers: (Read & { name: string; ttl: number; type: string; data: string })[]
  /** dig's query time. */
  milliseconds?: number
  /** An answer came from this address instead, and was not taken: it was not translated back on its way. */
  answeredBy?: string
  /** Attempts of dig that failed, before an answer came or for good. */
  failures?: number
  exitCode?: number
  /** The block's first line. */
  asked: number
}

/** One `getent` look-up of dns.txt: what an application on that machine would get. `line` is the block's first. */
export interface GetentTry extends Read {
  name: string
  outcome: Outcome
  addresses: string[]
  exitCode?: number
  seconds?: number
}

/** One run of ping. `line` is the line that decides (an error where there is one, else the summary). */
export interface PingRun extends Read {
  target: string
  /** Payload bytes, where the output says so. */
  size?: number
  sent: number
  received: number
  /** What came back instead of answers, each once. */
  errors: (Read & { says: PingError; from?: string; mtu?: number })[]
  /** Average round trip. */
  milliseconds?: number
}

export type PingError =
  | 'frag-needed' // a router on the way: packet too big, DF set
  | 'too-long' // this machine's own path MTU
  | 'host-unreachable'
  | 'port-unreachable'
  | 'net-unreachable'
  | 'admin-prohibited'
  | 'ttl-exceeded'
  | 'denied' // EPERM/EACCES of this machine
  | 'invalid'
  | 'other'

/** One kernel counter (`nstat -az` names: `TcpExtListenDrops`). */
export interface Counter extends Read {
  name: string
  value: number
}

/** One sample of a Prometheus text page. */
export interface Sample extends Read {
  name: string
  labels: Map<string, string>
  value: number
}

/** What /etc/resolv.conf says, by resolv.conf(5): the last `search` or `domain` wins, options add up. */
export interface ResolvConf {
  nameservers: (Read & { address: string })[]
  search?: Read & { domains: string[] }
  /** name → value, '' for flags. */
  options: Map<string, Read & { value: string }>
}

/** One line of /etc/hosts. */
export interface HostsEntry extends Read {
  address: string
  names: string[]
}

/** Connection tracking: how full, and what the kernel had to drop. `stats` are summed over CPUs. */
export interface ConntrackCount {
  count?: Read & { value: number }
  max?: Read & { value: number }
  stats: Map<string, number>
}

/** An HTTP answer as curl printed it. `line` is its first line of output, or the heading. */
export interface HttpAnswer extends Read {
  /** curl's exit code; 0 for an answer. */
  exitCode?: number
  status?: number
  body: string
  /** curl's message where it failed. */
  error?: string
}

/** What a node's kube-proxy says of itself on 10256 and 10249. Times are Unix seconds. */
export interface KubeProxyState {
  healthz?: HttpAnswer
  livez?: HttpAnswer
  mode?: Read & { value: string }
  metrics?: HttpAnswer
  /** Of IPv4 where kube-proxy tells families apart (1.33 and later; all are in `samples`). Absent: never synced. */
  lastSync?: Sample
  lastQueued?: Sample
  /** The family with the most. */
  restoreFailures?: Sample
  /** The same in nftables mode. */
  syncFailures?: Sample
  /** Services without a local endpoint, by traffic_policy. */
  noLocalEndpoints: Sample[]
  samples: Sample[]
}
