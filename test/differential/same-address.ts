import { canonicalAddress } from '../../src/net.ts'

/** Whether two texts are the same address. */
export function sameAddress(one: string, other: string): boolean {
  return (canonicalAddress(one) ?? one) === (canonicalAddress(other) ?? other)
}
