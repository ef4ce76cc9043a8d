/** The interface between the command and the cluster. `openSession` in collect.ts gives a Session; nothing else of this folder is for others. */
import type { Bundle, Evidence, Question } from '../model.ts'

/** kubectl's connection flags, as given by the user; absent means not given. Arrays keep the order of the command line. */
export interface ConnectionFlags {
  kubeconfig?: string
  context?: string
  cluster?: string
  user?: string
  namespace?: string
  server?: string
  tlsServerName?: string
  insecureSkipTlsVerify?: boolean
  certificateAuthority?: string
  clientCertificate?: string
  clientKey?: string
  token?: string
  as?: string
  asUid?: string
  asGroup?: string[]
  /** `key=value` each. */
  asUserExtra?: string[]
  /** Milliseconds for one request; 0 or absent: the tool's own limits. */
  requestTimeout?: number
}

/** Container images of the two kinds of debug pods; `registry` replaces the registry host of both (air-gapped mirrors). */
export interface Images {
  client: string
  node: string
  registry?: string
  pullSecret?: string
}

/** The user's terminal, as far as a credential plugin needs it. */
export interface Terminal {
  /** stdin and stderr are terminals and input is allowed. */
  interactive: boolean
  /** Called before and after something else writes to or reads from the terminal (stop and restart the spinner). */
  pause?: () => void
  resume?: () => void
}

export interface SessionOptions {
  flags: ConnectionFlags
  env: NodeJS.ProcessEnv
  /** The tool's version, for the User-Agent and the pods' annotations. */
  version: string
  /** Ends all waiting; `close()` still cleans up after it. */
  signal: AbortSignal
  images?: Partial<Images>
  /** Namespace for debug pods; default: the Service's (node pods: kube-system where the Service's does not admit them). */
  debugNamespace?: string
  terminal?: Terminal
  /** The server's `Warning:` headers, each text once. */
  warn?: (text: string) => void
  /** `-v`: 4 decisions, 6 one line a request, 8 headers. Secrets are removed before this is called. */
  trace?: (level: number, text: string) => void
}

/** A node that may be at fault, in words for the user; `peer`: a healthy one read for comparison. */
export interface Suspect {
  node: string
  why: string
  peer?: boolean
}

/** What would run on a suspect node, for the consent prompt and for `--plan`. */
export interface NodePlan {
  image: string
  namespace: string
  capabilities: string[]
  /** Questions of each suspect node, in the order asked. */
  questions: Map<string, Question[]>
  /** The exact Pod manifest for a node. */
  manifest: (node: string) => object
}

export interface CollectOptions {
  service: string
  /** `pod/NAME`: probe from the node of this pod and read the pod's own resolver settings. */
  client?: string
  /** The port that clients dial, where the user named one. */
  port?: number
  /** Probe from these nodes only. */
  fromNodes?: string[]
  /**
   * `always`: also read every node in play before any pod-network pod starts there; `ask`: suspects only, after `consent`;
   * `never`: nothing privileged is created.
   */
  nodeProbes: 'ask' | 'always' | 'never'
  /** Nodes that may be read, of those offered. Not called with `always` or `never`. */
  consent: (suspects: Suspect[], plan: NodePlan) => Promise<Set<string>>
  /** One short line: what is being done now. */
  progress: (step: string) => void
  /** Milliseconds for the whole of `collect`; default 180 000. */
  timeout?: number
  /** Milliseconds until a debug pod must run; default 30 000. */
  podTimeout?: number
  /** Who is suspect, from what is known so far; default: `suspects` of facts/suspects.ts. */
  suspects?: (bundle: Bundle) => Suspect[]
}

/** Everything that `collect` would do up to the first round of pods, and what it would run on nodes if they became suspect. */
export interface Plan {
  questions: Question[]
  /** What the server lets us do, of what a full run needs. */
  permissions?: Permission[]
  /** Pod manifests as they would be created. */
  pods: object[]
}

/** One thing that a full run does; `resource` as in `pods/log` or `nodes`. Without a namespace: cluster-wide. */
export interface Permission {
  verb: string
  resource: string
  namespace?: string
  allowed: boolean
}

/** Debug pods removed, and for each that could not be: the command that removes it. */
export interface Cleanup {
  deleted: string[]
  left: string[]
}

export interface Session {
  /** The namespace that the flags and the kubeconfig name. */
  readonly namespace: string
  /** Asks everything; throws UserError for what the user can correct (no such Service, no access), never for a faulty cluster. */
  collect(options: CollectOptions): Promise<Bundle>
  /** What `collect` would ask and create; only reads the API. */
  plan(options: CollectOptions): Promise<Plan>
  /** Asks more (failing tries again, a second reading); adds the answers to the collected bundle as well. Pods are made as needed, node pods only where the user agreed before. */
  askMore(questions: Question[]): Promise<Evidence[]>
  /** Removes debug pods of earlier runs in all namespaces that may be listed, whoever made them. */
  cleanup(): Promise<Cleanup>
  /** `kubectl delete pod …` lines for pods that exist right now (for a second Ctrl-C); does no I/O. */
  leftovers(): string[]
  /** Removes this run's pods, within 20 s. Safe to call twice and after the signal. */
  close(): Promise<Cleanup>
}
