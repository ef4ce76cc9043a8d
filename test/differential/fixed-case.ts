import type { Probe } from './config.ts'
import type { Dump } from './dump.ts'
import type { Fate } from './fate.ts'
import type { Ends } from './judge.ts'

/** A case that was once wrong, kept as evidence files and the kernel's own answer; replayed without root. */
export interface FixedCase extends Ends {
  /** What the kernel does here, in a sentence. */
  says: string
  files: Dump
  probe: Probe
  fates: Fate[]
}
