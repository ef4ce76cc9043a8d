import type { Skb } from './skb.ts'
import type { End, Place } from './world.ts'

/** How one direction of a walk came out: its end, and what is sent back from where it ended, if anything is. */
export interface Outcome {
  end: End
  answer?: { from: Place; skb: Skb }
}

/** Thrown by any stage at which a packet's way ends; caught once, where the direction began. Not an error. */
export class Ended {
  readonly outcome: Outcome
  constructor(outcome: Outcome) {
    this.outcome = outcome
  }
}
