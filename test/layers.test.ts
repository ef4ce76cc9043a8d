import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const src = join(root, 'src')

/** Packages and Node modules that a layer may use; layers that are not named use none. Only these touch anything outside the process's memory. */
const outside: Record<string, RegExp> = {
  // node:net for isIP, node:crypto for hashes: pure functions.
  ...{
    net: /^node:net$/,
    parse: /^node:net$/,
    expect: /^node:(net|crypto)$/,
    facts: /^node:net$/,
    checks: /^node:net$/,
  },
  report: /^(cli-table3|yaml|node:util|node:net)$/,
  bundle: /^(tar-stream|node:.*)$/,
  collect: /^(@kubernetes\/client-node\/.*|execa|ws|yaml|node:.*)$/,
  cli: /^(@oclif\/core\/.*|@inquirer\/select|ora|yaml|node:.*)$/,
  index: /^node:.*$/,
}

/** Layer → layers it may import, from the table of docs/architecture.md; undefined stands for all. Layers of one row may import each other. */
function layerTable(): Map<string, Set<string> | undefined> {
  const table = new Map<string, Set<string> | undefined>()
  for (const line of readFileSync(join(root, 'docs/architecture.md'), 'utf8').split('\n')) {
    const [, layers = '', , allowed = ''] = line.split('|').map((cell) => cell.trim())
    const names = [...layers.matchAll(/`([a-z-]+)(?:\/|\.ts)`/g)].map(([, name]) => name ?? '')
    const words = new Set(allowed.replace(/\(.*?\)/g, '').match(/[a-z-]+/g) ?? [])
    for (const name of names) table.set(name, words.has('all') ? undefined : new Set([...words, ...names]))
  }
  return table
}

interface Import {
  file: string
  from: string
  what: string
}

/** Every `from '…'`, `import '…'` and `import('…')` of a source file, types included. */
function imports(): Import[] {
  return globSync('**/*.ts', { cwd: src }).flatMap((file) => {
    const text = readFileSync(join(src, file), 'utf8').replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
    const found = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([@\w./:-]+)'/g)
    return [...found].map(([, what = '']) => ({ file, from: layer(file), what }))
  })
}

const layer = (file: string): string => file.replace(/[/].*$/, '').replace(/\.ts$/, '')

describe('layers', () => {
  const table = layerTable()
  const all = imports()

  it('are all in the table of docs/architecture.md', () => {
    assert.ok(table.size > 8, 'the table was read')
    const unknown = new Set(
      globSync('**/*.ts', { cwd: src })
        .map(layer)
        .filter((name) => !table.has(name)),
    )
    assert.deepEqual([...unknown], [], 'add a row for each of these')
  })

  it('import only what the table allows', () => {
    assert.ok(all.length > 50, 'imports were found')
    const inner = all.filter(({ what }) => what.startsWith('.'))
    const wrong = inner.filter(({ file, from, what }) => {
      const to = layer(relative(src, join(src, dirname(file), what)))
      const allowed = table.get(from)
      // `..` is the root of the repository: only package.json, for the version.
      return to === '..' ? !what.endsWith('/package.json') : to !== from && allowed !== undefined && !allowed.has(to)
    })
    assert.deepEqual(wrong, [])
  })

  it('use packages and Node modules only where the outside is their business', () => {
    const outer = all.filter(({ what }) => !what.startsWith('.'))
    assert.ok(outer.length > 5, 'imports of packages were found')
    assert.deepEqual(
      outer.filter(({ from, what }) => !outside[from]?.test(what)),
      [],
    )
  })

  it('know no check from another check', () => {
    const between = all.filter(
      ({ file, what }) => file.startsWith('checks/') && file !== 'checks/index.ts' && /^\.\/[^/]+$/.test(what),
    )
    const ids = new Set(
      globSync('checks/*.ts', { cwd: src }).filter((file) =>
        /^export default /m.test(readFileSync(join(src, file), 'utf8')),
      ),
    )
    assert.deepEqual(
      between.filter(({ what }) => ids.has(`checks/${what.slice(2)}`)),
      [],
    )
  })
})
