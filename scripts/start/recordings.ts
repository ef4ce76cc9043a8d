import { globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Names of recorded scenarios, in order, with the absolute path of a bundle each: of iptables mode where there is one. */
export function recordings(root: string): Map<string, string> {
  const paths = globSync('test/scenarios/*/*.tgz', { cwd: root }).sort()
  const byName = Map.groupBy(paths, (path) => basename(dirname(path)))
  const chosen = [...byName].map(([name, own]) => {
    const path = own.find((candidate) => basename(candidate) === 'iptables.tgz') ?? own[0] ?? ''
    return [name, join(root, path)] as const
  })
  return new Map(chosen)
}
