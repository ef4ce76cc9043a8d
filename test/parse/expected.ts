import { readFileSync } from 'node:fs'
import type { Rule, RuleSet } from '../../src/parse/rule.ts'
import { sayRule } from './say-rule.ts'

/** Lines of a file beside the tests: `# family table chain` or `rule as its tool prints it  =>  what was read`. */
export function expected(name: string): string[] {
  return readFileSync(new URL(`expected/${name}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
}

/** The same lines for a rule set, without the tool's text: `# …` or `  =>  what was read`. */
export function said(ruleSet: RuleSet): string[] {
  return ruleSet.tables.flatMap((table) =>
    [...table.chains.values()].flatMap((chain) => [
      `# ${table.family} ${table.name} ${chain.name}`,
      ...chain.rules.map((rule: Rule) => `  =>  ${sayRule(rule)}`),
    ]),
  )
}
