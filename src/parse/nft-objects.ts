import type { Json, JsonObject } from './nft-json.ts'
import { asArray, asObject, asText, nameAndBody, parseJson } from './nft-json.ts'
import { readNftRule } from './nft-rule.ts'
import type { Building } from './nft-tables.ts'
import { addSet, newTable, readBase, tableKey, withoutElements } from './nft-tables.ts'
import type { Unread } from './rule.ts'
import { lazyChain } from './rule-runs.ts'

/** What was read of a dump so far: its tables by `family name`. */
export interface NftReading {
  text: string
  path: string
  /** All objects stood on one line: whatever is read stands on line 1. */
  oneLine: boolean
  tables: Map<string, Building>
  unread: Unread[]
}

function addTable({ text, path, oneLine, tables }: NftReading, object: JsonObject): string | undefined {
  const key = tableKey(object, 'name')
  if (tables.has(key)) return `table ${key} is listed twice`
  const building = newTable(object, path, text, (raw, at, context) => readNftRule(raw, oneLine ? 1 : at, context))
  if (!building) return 'a table of an unknown family'
  tables.set(key, building)
  const flags = asArray(object['flags'])
  if (flags.includes('dormant')) building.table.dormant = true
  const strange = flags.filter((flag) => !['dormant', 'owner', 'persist'].includes(String(flag)))
  return strange.length > 0 ? `table ${key} has flags that cannot be read` : undefined
}

function addChain({ tables }: NftReading, object: JsonObject, line: number): string | undefined {
  const building = tables.get(tableKey(object, 'table'))
  const name = asText(object['name'])
  if (!building || name === undefined) return 'a chain of no listed table'
  const { table, rules } = building
  if (table.chains.has(name)) return `chain ${name} is listed twice`
  const chain = lazyChain(rules, name, line)
  table.chains.set(name, chain)
  const base = readBase(object)
  if (base === undefined) return `chain ${name} has a hook that is not known`
  if (base && !table.dormant) chain.base = base
  return undefined
}

/** Objects that statements name: what they say is looked up when a rule is read. */
const named = new Set(['limit', 'quota', 'flowtable'])
/** Objects whose contents have no effect on a packet's fate. */
const idle = new Set('metainfo,counter,ct helper,ct timeout,ct expectation,secmark,synproxy,tunnel'.split(','))

function addNamed({ tables }: NftReading, kind: string, object: JsonObject, raw: string, line: number) {
  const building = tables.get(tableKey(object, 'table'))
  if (!building) return `a ${kind} of no listed table`
  if (!named.has(kind) && building.table.sets.has(asText(object['name']) ?? ''))
    return `${kind} ${asText(object['name'])} is listed twice`
  if (named.has(kind)) building.objects.set(`${kind} ${asText(object['name'])}`, object)
  else if (!addSet(building, raw, line, object)) return `a ${kind} that is not understood`
  return undefined
}

/** Devices that a chain hangs on, from the line that is added to the dump where nft leaves them out. */
function addDevices({ tables }: NftReading, object: JsonObject): string | undefined {
  const chain = tables.get(tableKey(object, 'table'))?.table.chains.get(asText(object['chain']) ?? '')
  if (!chain) return 'devices of no listed chain'
  const devices = asArray(object['names']).flatMap((device) => asText(device) ?? [])
  if (chain.base && devices.length > 0) chain.base = { ...chain.base, devices }
  return undefined
}

/** Most lines of a large dump: chains that are hooked in nowhere, not worth a JSON parser. */
const plainChain = /^\{"chain":\{"family":"(\w+)","table":"([^"\\]+)","name":"([^"\\]+)","handle":\d+\}\}$/

/** Reads a line with any object but a rule; the reason why it is unread, if it is. */
export function addObject(reading: NftReading, raw: string, line: number): string | undefined {
  const [, family = '', table = '', name = ''] = plainChain.exec(raw) ?? []
  if (name !== '') return addChain(reading, { family, table, name }, line)
  const short = withoutElements(raw)
  const json: Json | undefined = (short === undefined ? undefined : parseJson(short)) ?? parseJson(raw)
  const [kind, body] = nameAndBody(json) ?? []
  const object = asObject(body)
  if (kind === undefined || !object) return 'no object that nft prints'
  if (kind === 'table') return addTable(reading, object)
  if (kind === 'chain') return addChain(reading, object, line)
  if (kind === 'devices') return addDevices(reading, object)
  if (kind === 'set' || kind === 'map' || named.has(kind)) return addNamed(reading, kind, object, raw, line)
  return idle.has(kind) ? undefined : `an object of unknown kind ${kind}`
}
