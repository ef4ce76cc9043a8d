import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Mode, Scenario } from './scenario.ts'

/** A scenario with its id and folder, and the path its recording in one mode has (whether it exists or not). */
export interface Listed {
  id: string
  scenario: Scenario
  recording(mode: Mode): string
}

const folder = fileURLToPath(new URL('../scenarios/', import.meta.url))

/** Every scenario below `test/scenarios`, by id. Throws an Error that names a folder whose scenario cannot be loaded. */
export async function listScenarios(): Promise<Listed[]> {
  const ids = readdirSync(folder)
    .filter((id) => existsSync(`${folder}${id}/scenario.ts`))
    .sort()
  return Promise.all(ids.map(load))
}

async function load(id: string): Promise<Listed> {
  const loaded = (await import(new URL(`../scenarios/${id}/scenario.ts`, import.meta.url).href)) as {
    default?: Scenario
  }
  if (!loaded.default) throw new Error(`test/scenarios/${id}/scenario.ts has no default export: export the scenario`)
  return { id, scenario: loaded.default, recording: (mode) => `${folder}${id}/${mode}.tgz` }
}

/** Where the bundle of the last live run lies, right or wrong; not part of the repository. */
export function keptBundle(id: string, mode: Mode): string {
  return fileURLToPath(new URL(`../../.cache/bundles/${mode}/${id}.tgz`, import.meta.url))
}
