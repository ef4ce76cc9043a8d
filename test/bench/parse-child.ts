/** Child of parse.ts: parses one file in the way asked and prints what it cost, as JSON. */
import { readFileSync } from 'node:fs'
import { parseIptablesSave } from '../../src/parse/iptables-save.ts'
import { parseNftJson } from '../../src/parse/nft.ts'
import type { RuleSet, Table, Verdict } from '../../src/parse/rule.ts'
import { clusterIp } from './kube-proxy-dump.ts'

const [way = '', file = '', service = '0'] = process.argv.slice(2)

/** Statements of all rules. */
function countAll(ruleSet: RuleSet): number {
  let statements = 0
  for (const table of ruleSet.tables) {
    for (const set of table.sets.values()) statements += set.elements.length
    for (const chain of table.chains.values()) for (const rule of chain.rules) statements += rule.statements.length
  }
  return statements
}

const target = (verdict: Verdict): string[] => ('chain' in verdict ? [verdict.chain] : [])

/** Rules that a packet to the Service's ClusterIP can meet below `start`, by following what names the address or is unconditional. */
function follow(table: Table, start: string, ip: string): number {
  const seen = new Set<string>()
  const todo = [start]
  let rules = 0
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    for (const rule of table.chains.get(name)?.rules ?? []) {
      const other = rule.statements.some(
        (s) =>
          s.do === 'match' &&
          'field' in s.left &&
          s.left.field === 'daddr' &&
          s.op === '==' &&
          Array.isArray(s.right) &&
          s.right.every((literal) => !('address' in literal && literal.address === ip)),
      )
      if (other) continue
      rules++
      for (const statement of rule.statements) {
        if (statement.do === 'verdict') todo.push(...target(statement.verdict))
        if (statement.do !== 'vmap') continue
        const elements =
          'inline' in statement.map
            ? statement.map.inline
            : 'named' in statement.map
              ? table.sets.get(statement.map.named)?.elements
              : []
        for (const { key, value } of elements ?? []) {
          const first = 'tuple' in key ? key.tuple[0] : undefined
          if (first && 'address' in first && first.address !== ip) continue
          if (value && 'verdict' in value) todo.push(...target(value))
        }
      }
    }
  }
  return rules
}

const text = readFileSync(file, 'utf8')
const ruleSet = way.startsWith('nft')
  ? parseNftJson(text, file)
  : parseIptablesSave(text, { family: 'ip', backend: 'iptables-nft', path: file })
const table = ruleSet.tables[0]
if (!table || ruleSet.unread.length > 0) throw new Error(`${file}: unread lines in a generated dump`)
const found = way.endsWith('all')
  ? countAll(ruleSet)
  : follow(table, way.startsWith('nft') ? 'nat-prerouting' : 'PREROUTING', clusterIp(Number(service)))
const { user, system } = process.cpuUsage()
const { maxRSS } = process.resourceUsage()
console.log(
  JSON.stringify({ found, seconds: (user + system) / 1e6, wall: performance.now() / 1e3, mebibytes: maxRSS / 1024 }),
)
