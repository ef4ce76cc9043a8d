import { readFile, rename, writeFile } from 'node:fs/promises'
import type { Artifacts } from './artifacts.ts'
import { labFiles } from './lab-files.ts'
import type { LabOptions } from './lab-plan.ts'

/** What is kept of a lab between commands. */
export type LabRecord = {
  name: string
  options: LabOptions
  /** The loopback port of the machine on which the API server answers. */
  apiPort: number
  artifacts: Artifacts
  /** False from the first step of `up` until everything was seen healthy. */
  ready: boolean
}

/** Reads a lab's record; undefined if there is no such lab. */
export async function readRecord(name: string): Promise<LabRecord | undefined> {
  const text = await readFile(labFiles(name).record, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as LabRecord)
}

/** Writes a lab's record as a whole or not at all. */
export async function writeRecord(record: LabRecord): Promise<void> {
  const { record: path } = labFiles(record.name)
  await writeFile(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`)
  await rename(`${path}.new`, path)
}
