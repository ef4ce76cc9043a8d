import { readFileSync } from 'node:fs'

const samples = new URL('../samples/', import.meta.url)

/** Text of a recorded output below test/samples. */
export function sample(path: string): string {
  return readFileSync(new URL(path, samples), 'utf8')
}
