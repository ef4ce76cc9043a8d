import { join } from 'node:path'
import { cacheDir } from './cache-dir.ts'

/** Where the state of a lab lies; everything below `root` is gone after `down`. */
export type LabFiles = {
  root: string
  /** What the lab is: name, options, port, paths of artifacts, whether it came up. */
  record: string
  kubeconfig: string
  /** The socket by which the API's loopback port reaches into the lab. */
  apiSocket: string
  log: (name: string) => string
  pid: (name: string) => string
  node: (node: string) => string
  /** The healthy state that `reset` goes back to. */
  pristine: string
}

/** The paths of a lab's state directory (pure; nothing is created). */
export function labFiles(name: string): LabFiles {
  const root = join(cacheDir(), 'labs', name)
  return {
    root,
    record: join(root, 'lab.json'),
    kubeconfig: join(root, 'kubeconfig'),
    apiSocket: join(root, 'api.sock'),
    log: (daemon) => join(root, 'log', `${daemon}.log`),
    pid: (daemon) => join(root, 'pid', daemon),
    node: (node) => join(root, 'nodes', node),
    pristine: join(root, 'pristine'),
  }
}
