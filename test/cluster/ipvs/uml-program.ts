import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stage } from '../build/stage.ts'
import { mustRun } from '../command.ts'
import { VERSIONS } from '../versions.ts'

const PACKAGE = 'user-mode-linux'

/**
 * The build stage of User-mode Linux: `linux.uml` and its kernel modules, unpacked from Debian's package without
 * installing it.
 */
export function umlStage(): Stage {
  return {
    name: 'uml',
    inputs: { package: PACKAGE, release: VERSIONS.debian },
    build: async (dir) => {
      await mustRun('Refreshing the package lists', 'apt-get', ['update', '-q'], { timeout: 300_000 })
      // As root apt would warn that its own user cannot read the directory; the file is right all the same.
      await mustRun(`Fetching ${PACKAGE}`, 'apt-get', ['download', '-q', PACKAGE], { cwd: dir, timeout: 300_000 })
      const file = (await readdir(dir)).find((name) => name.endsWith('.deb'))
      if (!file) throw new Error(`apt-get download ${PACKAGE} brought no package: try it by hand.`)
      await mustRun(`Unpacking ${PACKAGE}`, 'dpkg-deb', ['-x', join(dir, file), join(dir, 'tree')], {
        timeout: 120_000,
      })
      await rename(join(dir, 'tree/usr/bin/linux.uml'), join(dir, 'linux.uml'))
      await rename(join(dir, 'tree/usr/lib/uml/modules'), join(dir, 'modules'))
      for (const name of [file, 'tree']) await rm(join(dir, name), { recursive: true })
    },
  }
}
