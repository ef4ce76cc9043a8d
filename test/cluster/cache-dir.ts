import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The directory that outlives work trees: build outputs (`build/`) and the state of running labs (`labs/`).
 * `SVC_DEBUG_CACHE` names its parent, else the XDG cache directory.
 */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  const parent = env['SVC_DEBUG_CACHE'] || env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return join(parent, 'svc-debug-lab')
}
