import type { Skb } from './skb.ts'
import type { End, Place } from './world.ts'

/** How one direction of a walk came out: its end, and what is sent back from where it ended, if anything is. */
export interface Outcome {
  end: End
  /** `straightTo`: the name of the pod that it is handed to past all rules. */
  answer?: { from: Place; skb: Skb; straightTo?: string }
}

/** Thrown by any stage at which a packet's way ends; caught once, where the direction began. Not an error. */
export class Ended {
  readonly outcome: Outcome
  constructor(outcome: Outcome) {
    this.outcome = outcome
  }
}
