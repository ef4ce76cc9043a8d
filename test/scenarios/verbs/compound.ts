import type { Mode, Scenario, Step } from '../../cluster/scenario.ts'
import { steps } from './run.ts'

/**
 * Several scenarios at once: every one's cause has to be named, in whatever order. `observable` takes the place of theirs
 * where one hides what another waits for.
 */
export function compound(about: string, parts: Scenario[], observable?: Step): Scenario {
  const fixed = parts.map(({ fix }) => fix).filter((reason) => reason !== undefined)
  const [reason] = fixed
  return {
    about,
    fault: parts.flatMap(({ fault }) => fault),
    modes: (['iptables', 'nftables'] as Mode[]).filter((mode) => parts.every(({ modes }) => modes.includes(mode))),
    break: steps(...parts.map((part) => part.break)),
    observable: observable ?? steps(...parts.map((part) => part.observable)),
    heal: steps(...parts.map((part) => part.heal).reverse()),
    expect: { state: 'faulty', also: parts.flatMap(({ expect }) => (expect.first ? [expect.first] : [])) },
    healWithin: Math.max(...parts.map(({ healWithin = 40 }) => healWithin)),
    ...(reason ? { fix: reason } : {}),
  }
}
