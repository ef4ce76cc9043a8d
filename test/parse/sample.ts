import { readdirSync, readFileSync } from 'node:fs'

const samples = new URL('../samples/', import.meta.url)

/** Text of a recorded output below test/samples. */
export function sample(path: string): string {
  return readFileSync(new URL(path, samples), 'utf8')
}

/** Paths, for {@link sample}, of what stands in one folder there. */
export function samplesIn(folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, samples)).map((name) => `${folder}/${name}`)
}
