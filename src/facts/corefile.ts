import { overlaps } from '../net.ts'

/** One plugin of a server block in a Corefile: its words, and the lines of its own block. */
export interface Plugin {
  words: string[]
  /** As it stands in the file, without indentation; of a block the first line. */
  line: string
  block: string[]
}

/** The plugins of all server blocks, in the order of the file. Comments are left out. */
export function pluginsOf(corefile: string): Plugin[] {
  const found: Plugin[] = []
  let depth = 0
  for (const raw of corefile.split('\n')) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim()
    if (line === '') continue
    const opens = line.endsWith('{')
    if (line === '}') depth--
    else if (depth === 1) found.push({ words: line.replace(/\s*\{$/, '').split(/\s+/), line, block: [] })
    else if (depth > 1) found.at(-1)?.block.push(line)
    if (opens) depth++
  }
  return found
}

/** What a plugin does to queries for a name before the cluster's own records are looked at; undefined where it leaves them alone. */
export function answersInstead(plugin: Plugin, name: string): string | undefined {
  const [kind, ...args] = plugin.words
  if (kind === 'template') return templates(plugin, args, name) ? 'answers it itself (template)' : undefined
  if (kind === 'rewrite') return rewrites(args, name) ? 'asks for another name in its place (rewrite)' : undefined
  if (kind !== 'hosts') return undefined
  return hostsLine(plugin, name) === undefined ? undefined : 'has a line of its own for it (hosts)'
}

/** The line of a hosts block that speaks for a name. */
export function hostsLine({ block }: Plugin, name: string): string | undefined {
  return block.find((line) => line.split(/\s+/).slice(1).map(bare).includes(name))
}

/** `template CLASS TYPE [ZONE…] { match REGEX… }` */
function templates({ block }: Plugin, [, type, ...zones]: string[], name: string): boolean {
  const isType = type === undefined || ['A', 'ANY'].includes(type.toUpperCase())
  const isZone =
    zones.length === 0 || zones.map(bare).some((zone) => zone === '' || name === zone || name.endsWith(`.${zone}`))
  const patterns = block.flatMap((line) => (line.startsWith('match ') ? [line.slice(6).trim()] : []))
  return isType && isZone && (patterns.length === 0 || patterns.some((pattern) => fits(pattern, `${name}.`)))
}

/** `rewrite [continue|stop] name [exact|prefix|suffix|substring|regex] FROM TO` */
function rewrites(all: string[], name: string): boolean {
  const args = ['continue', 'stop'].includes(all[0] ?? '') ? all.slice(1) : all
  if (args[0] !== 'name') return false
  const how = ['exact', 'prefix', 'suffix', 'substring', 'regex'].includes(args[1] ?? '') ? args[1]! : 'exact'
  const from = args[how === args[1] ? 2 : 1] ?? ''
  const full = `${name}.`
  if (how === 'exact') return bare(from) === name
  if (how === 'prefix') return full.startsWith(from)
  if (how === 'suffix') return full.endsWith(from.endsWith('.') ? from : `${from}.`)
  return how === 'substring' ? full.includes(from) : fits(from, full)
}

/** The line of an acl that turns clients of some networks away, and how. `action TYPE… net SOURCE…` */
export function turnsAway(plugin: Plugin, networks: readonly string[]): string | undefined {
  if (plugin.words[0] !== 'acl') return undefined
  // the first line that fits a client decides
  const first = plugin.block.find((line) => {
    const words = line.split(/\s+/)
    const at = words.indexOf('net')
    const sources = at < 0 ? ['0.0.0.0/0'] : words.slice(at + 1)
    return sources.some((source) => networks.some((network) => overlaps(inCidr(source), network)))
  })
  return first?.startsWith('allow') ? undefined : first
}

const inCidr = (source: string) => (source === '*' ? '0.0.0.0/0' : source.includes('/') ? source : `${source}/32`)

const bare = (name: string) => name.toLowerCase().replace(/\.$/, '')

/** Go's expressions are read as JavaScript's; one that is none fits nothing. */
function fits(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern.replace(/^"(.*)"$/, '$1')).test(text)
  } catch {
    return false
  }
}
