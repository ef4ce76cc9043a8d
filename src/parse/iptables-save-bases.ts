import type { Chain } from './rule.ts'

type Base = Pick<NonNullable<Chain['base']>, 'hook' | 'type' | 'priority'>
type HookName = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING'

const hooks = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
} as const

/** Kernel priorities, enum nf_ip_hook_priorities in uapi/linux/netfilter_ipv4.h; both backends use them. */
const priorities: Record<string, Partial<Record<HookName, number>>> = {
  raw: { PREROUTING: -300, OUTPUT: -300 },
  mangle: { PREROUTING: -150, INPUT: -150, FORWARD: -150, OUTPUT: -150, POSTROUTING: -150 },
  nat: { PREROUTING: -100, INPUT: 100, OUTPUT: -100, POSTROUTING: 100 },
  filter: { INPUT: 0, FORWARD: 0, OUTPUT: 0 },
  security: { INPUT: 50, FORWARD: 50, OUTPUT: 50 },
}

/** Where a built-in chain is hooked in; undefined for a chain that is none. mangle OUTPUT routes again where it changed the packet. */
export function basesOf(table: string, chain: string): Base | undefined {
  if (!Object.hasOwn(priorities, table) || !Object.hasOwn(hooks, chain)) return undefined
  const priority = priorities[table]?.[chain as HookName]
  if (priority === undefined) return undefined
  const type = table === 'nat' ? 'nat' : table === 'mangle' && chain === 'OUTPUT' ? 'route' : 'filter'
  return { hook: hooks[chain as HookName], type, priority }
}
