/** Every noun that crosses a wall between layers. Imports nothing. */

/** What the user asked about. */
export interface Target {
  namespace: string
  service: string
  /** `pod/NAME` of a real client next to which the probes run, when the user named one. */
  client?: string
  /** The port that clients dial, when the user named one (`web:8080`); the Service need not have it. */
  port?: number
}

/** How far a question reaches into the cluster; what needs consent is decided by this alone. */
export type Reach = 'api' | 'pod' | 'node' | 'inside'

/**
 * One thing asked of the cluster. Plain data: it can be printed (`--plan`), stored and compared.
 * `path` is id, file name in the bundle and citation in the report. `run` is a POSIX sh snippet (busybox ash).
 */
export type Question = { path: string } & (
  | { reach: 'api'; get: string }
  /** In the pod-network client pod on a node (network of a fresh pod, no capabilities). */
  | { reach: 'pod'; node: string; run: string }
  /** In the host-network pod on a node (NET_ADMIN, NET_RAW). */
  | { reach: 'node'; node: string; run: string }
  /** In an existing pod of the user, by exec (read-only commands of the pod's own image). `pod` is `namespace/name`. */
  | { reach: 'inside'; pod: string; container?: string; run: string }
)

/** Why there is no answer. `declined`: the user said no; `refused`: admission or Pod Security; `unreachable`: kubelet not reached. */
export interface Trouble {
  kind:
    | 'forbidden'
    | 'not-found'
    | 'timeout'
    | 'no-tool'
    | 'failed'
    | 'declined'
    | 'refused'
    | 'unreachable'
    | 'not-asked'
    | 'unreadable'
  text: string
}

/** What came back, byte for byte once secrets are out. A refusal is evidence too. `at` is RFC 3339. */
export interface Evidence {
  question: Question
  at: string
  output: string
  trouble?: Trouble
}

/** All evidence of one run, by path. The same in memory and on disk. */
export interface Bundle {
  target: Target
  evidence: Map<string, Evidence>
}

/** A value read from evidence, or the reason there is none. `from` are bundle paths. */
export type Known<T> = { value: T; from: string[] } | { missing: Trouble; from: string[] }

/** Where a claim can be seen: a path in the bundle, a line (from 1) there, and text that stands on that line. */
export interface Proof {
  path: string
  line?: number
  quote?: string
}

export type Protocol = 'tcp' | 'udp' | 'sctp' | 'icmp'
export type Family = 4 | 6

/**
 * From where something was tried. `client`: pod-network pod on a node; `host`: the node itself; `endpoint`: inside a backend pod;
 * `api`: nobody tried, the Service's own status says that there is no address to try.
 */
export type Vantage =
  | { kind: 'client'; node: string }
  | { kind: 'host'; node: string }
  | { kind: 'endpoint'; node: string; pod: string }
  | { kind: 'api'; node: '' }

/** What was tried: every way a Service can be reached, and the controls that split faults. */
export type DestinationKind =
  | 'dns'
  | 'cluster-ip'
  | 'endpoint'
  | 'node-port'
  | 'external-ip'
  | 'load-balancer'
  | 'hairpin'
  | 'api' // control: the kubernetes Service
  | 'api-endpoint' // control: each API server address itself
  | 'dns-server' // control: port 53 of kube-dns and of each CoreDNS pod
  | 'node' // control: a node's kubelet port and ping
  | 'pod-gateway' // control: cni0 of another node through the overlay, small and large packets
  | 'external-name' // the name an ExternalName Service points to

export interface Destination {
  kind: DestinationKind
  /** Address and port; absent for names. */
  ip?: string
  port?: number
  protocol?: Protocol
  /** The DNS name asked, for `dns` and `external-name`. */
  name?: string
  /** The Service port's name or number as text, where there is one. */
  servicePort?: string
  /** Node that holds the destination (endpoint's node, node-port's node), where known. */
  node?: string
  /** Pod behind the destination, `namespace/name`, where known. */
  pod?: string
  /** Which variant (`udp`, `tcp`, `short`, `fqdn`, `large`, a nameserver …), where one destination is tried in several ways. */
  variant?: string
}

/**
 * `late`: connected only after a retransmitted SYN (≥ 0.95 s); `silent`: connected, then no byte;
 * `no-route`: EHOSTUNREACH; `net-unreachable`: ENETUNREACH; `invalid`/`denied`: EINVAL/EACCES (blackhole/prohibit route);
 * DNS: `nxdomain`, `servfail`, `dns-refused`, `no-data`, `wrong-answer`.
 */
export type Outcome =
  | 'ok'
  | 'late'
  | 'timeout'
  | 'refused'
  | 'reset'
  | 'no-route'
  | 'net-unreachable'
  | 'invalid'
  | 'denied'
  | 'silent'
  | 'nxdomain'
  | 'servfail'
  | 'dns-refused'
  | 'no-data'
  | 'wrong-answer'
  | 'other'

/** One try, as recorded. `seconds` until the outcome was known. */
export interface Attempt {
  outcome: Outcome
  seconds: number
  detail?: string
  proof: Proof
}

/** All tries from one vantage to one destination: a cell of the failure matrix. `id` is unique and stable within a report. */
export interface Cell {
  id: string
  from: Vantage
  to: Destination
  attempts: Attempt[]
}

/** What a check found wrong. Which failed cells it explains is either said by the check or computed from `change` (but-for test). */
export interface Fault {
  /** One sentence a tired person understands. */
  says: string
  /** Where: node, object, interface, rule. Node name when it is on a node; else e.g. `service default/web`. */
  on: string
  proof: Proof[]
  /** Why it explains exactly who fails and who does not; one sentence. */
  why?: string
  /** Commands to paste, in order; prose steps start with `# `. Absent where the fix lies outside the cluster's and nodes' reach. */
  fix?: string[]
  /** How to make it last over a reboot or resync, where `fix` alone does not. */
  permanent?: string[]
  /** Command that shows that it worked. Default: run svc-debug again. */
  verify?: string
  /** Ids of failed cells that this fault explains. A fault that explains none is a remark, never a cause. */
  explains: string[]
  /** Objects to compare or near things to point to ("app=wbe is off by a letter from app=web"). */
  near?: string
  /** Proved only in part: the missing piece in one clause. Such a cause is `likely`, not `certain`. */
  unsure?: string
  /** The state may repair itself within seconds (rule flush, restart): it must be read twice before it is named. */
  transient?: boolean
}

/** One check's word on one subject. */
export interface Finding {
  check: string
  on: string
  state: 'pass' | 'fail' | 'remark' | 'unknown' | 'not-applicable'
  says: string
  fault?: Fault
}

/** A fault that no other fault explains. */
export interface Cause extends Fault {
  check: string
  certainty: 'certain' | 'likely'
  /** Check ids of what follows from it, for "then what follows". */
  follows: string[]
}

export type State = 'healthy' | 'faulty' | 'undetermined'

export interface Verdict {
  state: State
  /** The answer in one sentence; for `undetermined`: because what. */
  says: string
  causes: Cause[]
  /** Failed cells that no cause explains. */
  unexplained: string[]
  /** Where the walk through what was read and the probes differ, and what lies between; one sentence each. */
  gaps?: string[]
}

/** One line of the three-axe checklist. */
export interface ChecklistItem {
  axis: 'dns' | 'cluster-ip' | 'hairpin' | 'node-port' | 'external-ip' | 'load-balancer' | 'external-name'
  item: string
  state: 'pass' | 'fail' | 'unknown' | 'not-applicable'
  says: string
}

/** The whole result; what `-o json` prints. */
export interface Report {
  apiVersion: 'svc-debug/v1alpha1'
  kind: 'ServiceDiagnosis'
  target: Target
  verdict: Verdict
  checklist: ChecklistItem[]
  cells: Cell[]
  findings: Finding[]
  /** What could not be seen, each with its reason and what would show it. */
  unseen: string[]
}

/** For a mistake the user can correct: message in kubectl's words, a next step, exit 2, no stack. */
export class UserError extends Error {
  readonly next: string
  constructor(message: string, next: string) {
    super(message)
    this.name = 'UserError'
    this.next = next
  }
}
