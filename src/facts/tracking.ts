import type { Known } from '../model.ts'
import { parseConntrackCount } from '../parse/conntrack-count.ts'
import type { ConntrackCount } from '../parse/probe.ts'
import type { Reader } from './reader.ts'

/** How full each looked-at node's connection tracking table is. */
export function trackingFact(r: Reader): Known<Map<string, ConntrackCount & { path: string }>> {
  const found = new Map<string, ConntrackCount & { path: string }>()
  for (const path of r.paths('nodes/')) {
    const text = r.text(path)
    if (path.endsWith('/conntrack-count.txt') && 'value' in text)
      found.set(path.split('/')[1]!, { ...parseConntrackCount(text.value).value, path })
  }
  return { value: found, from: [] }
}
