import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { goldenCases } from './golden-cases.ts'

const folder = join(import.meta.dirname, 'goldens')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const [name, draw] of Object.entries(goldenCases)) writeFileSync(join(folder, name), draw())
process.stdout.write(`${Object.keys(goldenCases).length} goldens written; look at the difference before you commit\n`)
