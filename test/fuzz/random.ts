/** Whole numbers below `n`, from a seed (mulberry32): the same seed gives the same inputs on every machine. */
export type Random = (n: number) => number

export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n)
  }
}

/** Seed of one input among many, so that each can be made again by its number alone. */
export function seedOf(seed: number, index: number): number {
  return Math.imul(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ (index + 1), 0xc2b2ae35) >>> 0
}
