import type { Facts } from '../facts/facts.ts'
import type { Fault } from '../model.ts'
import type { Change } from '../walk/world.ts'

/** A row of the three-axe checklist; what each means stands in checklist.ts. */
export type Item =
  | 'name'
  | 'cluster-dns'
  | 'service'
  | 'endpoints'
  | 'application'
  | 'kube-proxy'
  | 'rules'
  | 'node'
  | 'overlay'
  | 'policy'
  | 'control-plane'
  | 'hairpin'
  | 'node-port'
  | 'external-ip'
  | 'load-balancer'
  | 'external-name'

/** A fault with the change that puts it right in the model, where it is a packet's fate. */
export type CheckFault = Fault & { change?: Change }

/**
 * One way a Service breaks. The file's name is the id: the faulty state as a noun phrase, kebab-case.
 * A check is pure and gets the facts that it names and nothing else; if one is missing it does not run and its finding is `unknown`.
 */
export interface Check<K extends keyof Facts = keyof Facts> {
  id: string
  /** The healthy state in one sentence; shown where the check passes. */
  title: string
  /** Where it stands in the checklist. */
  item: Item
  needs: readonly K[]
  /** Ids of checks whose failure may follow from this one. The ranker walks these edges. */
  leadsTo?: readonly string[]
  /** Whether the check makes sense here at all; a text says why it does not. */
  applies?(facts: Pick<Facts, K>): true | string
  /** Judged last, on the failed probes that no other check explains. */
  fallback?: true
  /** What is wrong; nothing when all is well. */
  run(facts: Pick<Facts, K>): CheckFault[]
}

/** Declares a check; the facts it may read follow from `needs`. */
export const check = <const K extends keyof Facts>(c: Check<K>): Check<K> => c
