/** `npm run docs`: draws the generated parts of the documents anew. */
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { generatedDocs } from './docs/generated-docs.ts'

const root = resolve(import.meta.dirname, '..')
for (const { path, text } of await generatedDocs(root)) {
  writeFileSync(join(root, path), text)
  process.stdout.write(`${path}\n`)
}
