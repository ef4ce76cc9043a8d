import type { Known } from '../model.ts'
import type { Neighbour } from '../parse/host.ts'
import { parseNeighbours } from '../parse/neighbours.ts'
import type { Service } from './kube.ts'
import type { Reader } from './reader.ts'

/** Who answered on the nodes' networks for the Service's external addresses: entries with a MAC. */
export function holdersFact(r: Reader, service: Service | undefined): Known<Neighbour[]> {
  if ((service?.spec.externalIPs ?? []).length === 0) return { value: [], from: [] }
  const paths = r.paths('nodes/').filter((path) => path.endsWith('/holders.jsonl') && 'value' in r.text(path))
  if (paths.length === 0) {
    const text = 'only a node can ask the network who holds an external address, and none was read'
    return { missing: { kind: 'not-asked', text }, from: ['nodes/'] }
  }
  const value = paths.flatMap((path) => {
    const text = r.text(path)
    return 'value' in text ? parseNeighbours(text.value).items.filter((entry) => entry.mac !== undefined) : []
  })
  return { value, from: paths }
}
