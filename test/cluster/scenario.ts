import type { State } from '../../src/model.ts'
import type { Lab } from './lab.ts'

/** How kube-proxy writes its rules on the nodes the scenario is about. */
export type Mode = 'iptables' | 'nftables' | 'ipvs'

/** What the cluster must have been brought up with. */
export type Need = 'second-nic' | 'netpol' | 'dual-stack' | 'ipvs-node'

/** The cluster a scenario plays on. */
export type Stage = Lab & { mode: Mode }

/** One thing done to the cluster, or one bounded wait. Throws an Error that names what did not come true. */
export type Step = (stage: Stage) => Promise<void>

/** What must be true of a cause: a subset of it. `on` is a node's name or an object that must stand in the cause's `on`. */
export interface ExpectedCause {
  check: string
  on?: string
  certainty?: 'certain' | 'likely'
}

/** What must be true of the report: a subset of it, as little as makes the answer right. */
export interface Expectation {
  /** `refused`: no report; a sentence on stderr and exit code 2. */
  state: State | 'refused'
  /** Regular expression that this sentence must match. */
  message?: string
  /** The cause on top. */
  first?: ExpectedCause
  /** Further causes, in any order: compound cases. */
  also?: ExpectedCause[]
  /** Regular expression that the first cause's hint at a near thing must match. */
  near?: string
}

/** One way a Service breaks on a real cluster, or one that only looks like it. The folder's name is its id. */
export interface Scenario {
  /** One sentence: what is wrong, or what only looks wrong. */
  about: string
  /** Ids of the catalogue (and of the checks) that it covers; empty for healthy ones. */
  fault: string[]
  modes: Mode[]
  needs?: Need[]
  /** What it must not have been brought up with. */
  without?: Need[]
  /** What the command is asked about; `default` and `web` when absent. */
  namespace?: string
  service?: string
  /** Flags after the Service; `--node-probes=always` when absent. */
  flags?: string[]
  break: Step
  /** Waits until the fault is really there for a client; for healthy ones, until the look-alike is in place. */
  observable: Step
  heal: Step
  expect: Expectation
  /** Where the answer differs by kube-proxy mode. */
  expectIn?: Partial<Record<Mode, Expectation>>
  /** Why the printed commands cannot heal it (`none: …`); absent: pasting them must make the Service answer again. */
  fix?: `none: ${string}`
  /** Seconds until the cluster is whole again after `heal`; 40 when absent. */
  healWithin?: number
}

/** The expectation that counts in one mode. */
export function expectation(scenario: Scenario, mode: Mode): Expectation {
  return scenario.expectIn?.[mode] ?? scenario.expect
}
