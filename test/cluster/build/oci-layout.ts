import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageSpec, LayerName } from './image-list.ts'

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const LAYER = 'application/vnd.oci.image.layer.v1.tar'
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

type Blob = { digest: string; size: number }

/**
 * Writes an OCI image layout (image-layout.md of the OCI image specification) with all images to `dir`. `writeLayer`
 * makes the tar archive of one layer; layers are stored once, however many images use them.
 */
export async function writeOciLayout(
  dir: string,
  images: readonly ImageSpec[],
  writeLayer: (name: LayerName, tar: string) => Promise<void>,
): Promise<void> {
  const blobs = join(dir, 'blobs', 'sha256')
  await mkdir(blobs, { recursive: true })
  const layers = new Map<LayerName, Blob>()
  for (const name of new Set(images.flatMap((image) => image.layers))) {
    const tar = join(dir, `${name}.tar`)
    await writeLayer(name, tar)
    const digest = await sha256(tar)
    layers.set(name, { digest, size: (await stat(tar)).size })
    await rename(tar, join(blobs, digest))
  }
  const manifests = []
  for (const image of images) {
    const own = image.layers.map((name) => layers.get(name)!)
    const config = await writeBlob(blobs, imageConfig(image, own))
    const manifest = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: descriptor(CONFIG, config),
      layers: own.map((layer) => descriptor(LAYER, layer)),
    }
    const annotations = {
      'io.containerd.image.name': image.name,
      'org.opencontainers.image.ref.name': image.name.slice(image.name.lastIndexOf(':') + 1),
    }
    manifests.push({ ...descriptor(MANIFEST, await writeBlob(blobs, manifest)), annotations })
  }
  await writeFile(join(dir, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
  await writeFile(join(dir, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
}

function imageConfig(image: ImageSpec, layers: readonly Blob[]): object {
  return {
    created: '2026-01-01T00:00:00Z',
    // Images with equal layers would get one digest and one display name if nothing told their configs apart.
    author: image.name,
    architecture: 'amd64',
    os: 'linux',
    config: {
      Env: [PATH],
      ...(image.entrypoint ? { Entrypoint: image.entrypoint } : {}),
      ...(image.cmd ? { Cmd: image.cmd } : {}),
    },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${layer.digest}`) },
  }
}

function descriptor(mediaType: string, blob: Blob): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest: `sha256:${blob.digest}`, size: blob.size }
}

async function writeBlob(blobs: string, content: object): Promise<Blob> {
  const bytes = Buffer.from(JSON.stringify(content))
  const digest = createHash('sha256').update(bytes).digest('hex')
  await writeFile(join(blobs, digest), bytes)
  return { digest, size: bytes.length }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return hash.digest('hex')
}
