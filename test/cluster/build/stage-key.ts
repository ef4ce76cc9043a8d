import { createHash } from 'node:crypto'

/**
 * The name of a build output: sixteen hex digits over everything it is made from, so that equal inputs meet the
 * same directory and a changed input never meets a stale one. Order of the entries does not matter.
 */
export function stageKey(inputs: Readonly<Record<string, string | Uint8Array>>): string {
  const hash = createHash('sha256')
  for (const name of Object.keys(inputs).sort()) {
    const content = Buffer.from(inputs[name]!)
    hash.update(`${name.length}:${name}${content.length}:`).update(content)
  }
  return hash.digest('hex').slice(0, 16)
}
