import { Buffer } from 'node:buffer'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { pack } from 'tar-stream'

export interface ArchiveFile {
  name: string
  content: Buffer
  mode: number
}

/** A .tar.gz that krew accepts: regular files at the root, executable bits kept, the same bytes for the same files. */
export async function archive(files: ArchiveFile[]): Promise<Buffer> {
  const tar = pack()
  const parts: Buffer[] = []
  const done = new Promise<void>((resolve, reject) => {
    tar.on('data', (part) => parts.push(part as Buffer))
    tar.on('end', resolve)
    tar.on('error', reject)
  })
  for (const { name, content, mode } of files) {
    tar.entry({ name, mode, size: content.length, mtime: new Date(0), uid: 0, gid: 0, type: 'file' }, content)
  }
  tar.finalize()
  await done
  return promisify(gzip)(Buffer.concat(parts), { level: 9 })
}
