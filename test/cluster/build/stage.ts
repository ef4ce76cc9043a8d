import { access, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDir } from '../cache-dir.ts'
import { withLock } from './lock.ts'
import { stageKey } from './stage-key.ts'

export type Stage = {
  name: string
  /** Everything the output depends on; a change of any of it makes a new directory. */
  inputs: Readonly<Record<string, string | Uint8Array>>
  /** Fills the given empty directory; called only if no finished output exists. */
  build: (dir: string) => Promise<void>
}

/**
 * Returns the directory with the finished output of a build stage, building it first if need be. The output is made
 * under another name and renamed when complete, so an interrupted build leaves nothing that looks finished.
 */
export async function ensureStage(stage: Stage, log: (line: string) => void): Promise<string> {
  const root = join(cacheDir(), 'build')
  const dir = join(root, `${stage.name}-${stageKey(stage.inputs)}`)
  if (await exists(dir)) return dir
  return withLock(`${dir}.lock`, async () => {
    if (await exists(dir)) return dir
    const started = Date.now()
    log(`building ${stage.name}`)
    const partial = `${dir}.partial`
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial, { recursive: true })
    await stage.build(partial)
    await rename(partial, dir)
    log(`built ${stage.name} in ${Math.round((Date.now() - started) / 1000)} s`)
    return dir
  })
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
