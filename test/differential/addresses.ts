import type { Family } from '../../src/model.ts'

/** The address plan of every configuration, by family. Node numbers count from 1; `k` from 0. */
export const plan = {
  node: (family: Family, n: number) => (family === 4 ? `172.30.0.${10 + n}` : `fd00:30::${10 + n}`),
  nodeNet: (family: Family) => (family === 4 ? '172.30.0.0/24' : 'fd00:30::/64'),
  outside: (family: Family) => (family === 4 ? '172.30.0.50' : 'fd00:30::50'),
  second: (family: Family, n: number) => (family === 4 ? `10.77.0.${10 + n}` : `fd00:77::${10 + n}`),
  podNet: (family: Family, n: number) => (family === 4 ? `10.244.${n}.0/24` : `fd00:244:${n}::/64`),
  allPods: (family: Family) => (family === 4 ? '10.244.0.0/16' : 'fd00:244::/32'),
  pod: (family: Family, n: number, k: number) => (family === 4 ? `10.244.${n}.${k + 2}` : `fd00:244:${n}::${k + 2}`),
  bridge: (family: Family, n: number) => (family === 4 ? `10.244.${n}.1` : `fd00:244:${n}::1`),
  vtep: (family: Family, n: number) => (family === 4 ? `10.244.${n}.0` : `fd00:244:${n}::`),
  service: (family: Family, k: number) => (family === 4 ? `10.96.0.${10 + k}` : `fd00:96::${10 + k}`),
  serviceNet: (family: Family) => (family === 4 ? '10.96.0.0/16' : 'fd00:96::/112'),
  external: (family: Family, k: number) => (family === 4 ? `203.0.113.${k + 1}` : `2001:db8::${k + 1}`),
  /** An address inside a node's pod network that no pod has. */
  nobody: (family: Family, n: number) => (family === 4 ? `10.244.${n}.99` : `fd00:244:${n}::99`),
  gateway: (family: Family) => (family === 4 ? '169.254.1.1' : 'fe80::ecee:eeff:feee:eeee'),
}

/** Prefix length of the networks above. */
export const netLength = (family: Family) => (family === 4 ? 24 : 64)
/** Prefix length of one address. */
export const hostLength = (family: Family) => (family === 4 ? 32 : 128)
/** `ip -6` where the command does not see the family from an address. */
export const ipFlag = (family: Family) => (family === 4 ? '' : '-6 ')
