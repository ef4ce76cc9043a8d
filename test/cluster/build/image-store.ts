import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { mustRun, runCommand } from '../command.ts'
import { type LayerSources, writeLayer } from './image-layers.ts'
import type { ImageSpec } from './image-list.ts'
import { writeOciLayout } from './oci-layout.ts'
import type { Stage } from './stage.ts'

/**
 * The build stage of containerd's root directory with all images imported and unpacked. A node gets hard links of it,
 * which takes a second, where an import would take ten.
 */
export async function imageStoreStage(images: readonly ImageSpec[], sources: LayerSources): Promise<Stage> {
  const inputs = Object.fromEntries(Object.entries(sources).map(([name, dir]) => [name, dir ? basename(dir) : '']))
  const containerd = await mustRun('Asking containerd for its version', 'containerd', ['--version'])
  return {
    name: 'image-store',
    inputs: { ...inputs, images: JSON.stringify(images), containerd, layout: '2' },
    build: async (dir) => {
      const work = `${dir}.work`
      await rm(work, { recursive: true, force: true })
      const layout = join(work, 'layout')
      await writeOciLayout(layout, images, (name, tar) => writeLayer(name, sources, work, tar))
      await withContainerd(dir, work, async (socket) => {
        const script = 'tar -C "$0" -cf - . | ctr -a "$1" -n k8s.io images import -'
        await mustRun('Importing the images', '/bin/sh', ['-c', script, layout, socket], { timeout: 15 * 60_000 })
        await checkImages(socket, images)
      })
      await rm(work, { recursive: true })
    },
  }
}

async function checkImages(socket: string, images: readonly ImageSpec[]): Promise<void> {
  const list = await mustRun('Listing the images', 'ctr', ['-a', socket, '-n', 'k8s.io', 'images', 'ls', '-q'])
  const missing = images.filter((image) => !list.split('\n').includes(image.name))
  if (missing.length > 0) throw new Error(`Not imported: ${missing.map((image) => image.name).join(', ')}`)
}

/** Runs a containerd of our own in a private mount namespace, so that no unpacking mount reaches the machine. */
async function withContainerd(root: string, work: string, use: (socket: string) => Promise<void>): Promise<void> {
  // containerd takes no socket whose path is longer than 104 characters, and a home can lie deep
  const short = await mkdtemp(join(tmpdir(), 'svc-debug-'))
  const socket = join(short, 'containerd.sock')
  const config = join(work, 'containerd.toml')
  const lines = [
    'version = 2',
    `root = "${root}"`,
    `state = "${join(work, 'state')}"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    '[grpc]',
    `  address = "${socket}"`,
  ]
  await writeFile(config, `${lines.join('\n')}\n`)
  const daemon = execa('unshare', ['--mount', '--propagation', 'private', 'containerd', '-c', config], {
    reject: false,
    stdin: 'ignore',
    all: true,
    maxBuffer: 1 << 20,
  })
  let ended: string | undefined
  void daemon.then(({ all }) => {
    ended = all?.trim() ?? ''
  })
  try {
    for (let tries = 0; (await runCommand('ctr', ['-a', socket, 'version'])).exitCode !== 0; tries++) {
      if (ended !== undefined) throw new Error(`containerd ended at its start: ${ended.split('\n').at(-1)}`)
      if (tries >= 100) throw new Error('containerd does not answer 20 s after its start: try `containerd -c` by hand.')
      await sleep(200)
    }
    await use(socket)
  } finally {
    daemon.kill('SIGTERM')
    await daemon
    await rm(short, { recursive: true, force: true })
  }
}
