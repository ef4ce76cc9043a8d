import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checksPage } from './checks-page.ts'
import { readmeExample } from './readme-example.ts'

export interface Doc {
  /** From the root of the repository. */
  path: string
  text: string
}

const [begin, end] = ['<!-- from here: npm run docs -->\n', '<!-- to here -->']

/** Every document that is generated, whole or in part, as it must be now. */
export async function generatedDocs(root: string): Promise<Doc[]> {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  return [
    { path: 'README.md', text: between(readme, await readmeExample(root)) },
    { path: 'docs/checks.md', text: checksPage() },
  ]
}

function between(text: string, part: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new SyntaxError(`README.md has no place for its example: ${begin.trim()} … ${end}`)
  return text.slice(0, from + begin.length) + part + text.slice(to)
}
