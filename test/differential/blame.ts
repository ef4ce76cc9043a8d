import type { Agent } from './agent.ts'
import type { Config, Probe } from './config.ts'
import { type Dump, dump } from './dump.ts'
import { isTurned } from './table-order.ts'
import type { ProbeResult } from './trial.ts'

/**
 * Holds the rule that the walk blames against the kernel's counters: a rule or policy that dropped or refused n packets must have
 * counted at least n since the evidence was read. Probes whose rule did not are made wrong.
 */
export async function checkBlame(agent: Agent, config: Config, before: Dump, results: ProbeResult[]): Promise<void> {
  const blamed = new Map<string, ProbeResult[]>()
  for (const result of results) {
    const place = blamedPlace(result)
    if (
      place &&
      !hasTwoBackends(before, place) &&
      !isOrderHidden(config, before, result) &&
      counterAt(before, place) !== undefined
    )
      blamed.set(place, [...(blamed.get(place) ?? []), result])
  }
  if (blamed.size === 0) return
  const after = await dump(agent, config, /tables|nft\.jsonl/)
  for (const [place, of] of blamed) {
    const counted = (counterAt(after, place) ?? 0) - (counterAt(before, place) ?? 0)
    const said = of.reduce((sum, result) => sum + result.fates.length, 0)
    if (counted >= said) continue
    for (const result of of) {
      if (await neverLeft(agent, result.probe)) continue
      result.judgement = {
        ...result.judgement,
        word: 'wrong',
        why: `the walk blames ${place} for ${said} packets, its counter rose by ${counted}: ${lineAt(before, place)}`,
      }
    }
  }
}

/** Chains of iptables-legacy and nf_tables may share a priority: if both drop a packet, it cannot be told which one counts it. */
function hasTwoBackends(files: Dump, place: string): boolean {
  const under = place.split('/').slice(0, 2).join('/')
  const holds = (file: string, mark: string) => files[`${under}/${file}`]?.includes(mark) ?? false
  const legacy = holds('iptables-legacy.txt', '\nCOMMIT') || holds('ip6tables-legacy.txt', '\nCOMMIT')
  return legacy && holds('nft.jsonl', '"hook":')
}

/** Whether the walk cannot know which of two chains drops the packet: their tables stand in the dump in another order. */
function isOrderHidden(config: Config, files: Dump, { judgement }: ProbeResult): boolean {
  const end = judgement.courses[0]?.end
  if (!isTurned(config.seed) || !end || !('node' in end)) return false
  const hook = end.fate === 'dropped' || end.fate === 'rejected' ? end.hook : undefined
  const tables = new Map<number, Set<string>>()
  for (const line of (files[`nodes/${end.node}/nft.jsonl`] ?? '').split('\n')) {
    const chain = line.startsWith('{"chain":') ? JSON.parse(line).chain : undefined
    if (!chain || chain.hook !== hook) continue
    tables.set(chain.prio, (tables.get(chain.prio) ?? new Set()).add(`${chain.family} ${chain.table}`))
  }
  return [...tables.values()].some(({ size }) => size > 1)
}

/** A sender that finds no neighbour sends nothing: then no rule has seen the packet, which is as silent as the walk says. */
async function neverLeft(agent: Agent, probe: Probe): Promise<boolean> {
  const { output } = await agent.run(probe.from, 'ip neigh')
  return /INCOMPLETE|FAILED/.test(output)
}

/** `path:line` of the rule that ended the packet, where there is one course only and it is right so far. */
function blamedPlace({ judgement }: ProbeResult): string | undefined {
  const [course, another] = judgement.courses
  if (!course || another || judgement.word !== 'right') return undefined
  const { end } = course
  return (end.fate === 'dropped' || end.fate === 'rejected') && end.rule
    ? `${end.rule.path}:${end.rule.line}`
    : undefined
}

function lineAt(files: Dump, place: string): string {
  const [path = '', line = ''] = place.split(':')
  return files[path]?.split('\n')[Number(line) - 1] ?? ''
}

/** `[packets:bytes]` of iptables-save, or the first counter of an nft rule. */
function counterAt(files: Dump, place: string): number | undefined {
  const text = lineAt(files, place)
  const found = /\[(\d+):\d+\]/.exec(text) ?? /"counter":\{"packets":(\d+)/.exec(text)
  return found ? Number(found[1]) : undefined
}
