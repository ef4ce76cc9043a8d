import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import manifest from '../package.json' with { type: 'json' }
import { flags } from '../src/cli/flags.ts'
import { apiQuestions } from '../src/collect/plan/api.ts'

const root = resolve(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

interface Rule {
  apiGroups: string[]
  resources: string[]
  verbs: string[]
}

/** What RBAC must allow for a GET: an object is `get`, a collection `list`. */
function needed(path: string): { group: string; resource: string; verb: string } | undefined {
  const [, api, ...rest] = (path.split('?')[0] ?? '').split('/')
  if (api !== 'api' && api !== 'apis') return undefined
  const group = api === 'api' ? '' : (rest[0] ?? '')
  const parts = api === 'api' ? rest.slice(1) : rest.slice(2)
  const inner = parts[0] === 'namespaces' && parts.length > 2 ? parts.slice(2) : parts
  return { group, resource: inner[0] ?? '', verb: inner.length > 1 ? 'get' : 'list' }
}

describe('the README', () => {
  it('names a ClusterRole that allows everything that is read', () => {
    const role = parse(/```yaml\n(.*?)```/s.exec(readme)?.[1] ?? assert.fail('no YAML')) as { rules: Rule[] }
    const asked = apiQuestions({ namespace: 'shop', service: 'web' }).flatMap((question) =>
      question.reach === 'api' ? (needed(question.get) ?? []) : [],
    )
    assert.ok(asked.length > 10)
    const refused = asked.filter(
      ({ group, resource, verb }) =>
        !role.rules.some(
          (rule) => rule.apiGroups.includes(group) && rule.resources.includes(resource) && rule.verbs.includes(verb),
        ),
    )
    assert.deepEqual(refused, [])
  })

  it('names only flags, scripts and files that exist', () => {
    const known = Object.keys(flags)
    // Flags of krew, npm and our own cluster script stand on lines of their own commands.
    const written = readme.replace(/<!-- from here.*?<!-- to here -->/s, '')
    const lines = written.split('\n').filter((line) => !/krew install|npm run/.test(line))
    const named = lines.flatMap((line) => [...line.matchAll(/--([a-z][a-z-]+)/g)].map(([, name = '']) => name))
    assert.ok(named.length > 5)
    assert.deepEqual(
      named.filter((name) => !known.includes(name)),
      [],
    )
    const scripts = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name)
    assert.deepEqual(
      scripts.filter((name) => !Object.hasOwn(manifest.scripts, name)),
      [],
    )
    const files = [...readme.matchAll(/`((?:docs|bin|src|test)\/[\w./-]+|[A-Z]+\.md)`/g)].map(([, name = '']) => name)
    assert.deepEqual(
      files.filter((name) => !existsSync(join(root, name))),
      [],
    )
  })
})
