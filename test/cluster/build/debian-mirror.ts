/**
 * Picks from the texts of apt's source files (one-line and deb822 style) the archive that carries `release` in its
 * `main` component, leaving out security and third-party archives. Undefined if there is none.
 */
export function debianMirror(sources: readonly string[], release: string): string | undefined {
  for (const source of sources) {
    for (const archive of archivesOf(source)) {
      if (archive.suites.includes(release) && archive.components.includes('main')) return archive.uri
    }
  }
  return undefined
}

type Archive = { uri: string; suites: string[]; components: string[] }

function archivesOf(source: string): Archive[] {
  const lines = source.split('\n').filter((line) => !line.trimStart().startsWith('#'))
  return [
    ...lines.flatMap(oneLine),
    ...lines
      .join('\n')
      .split(/\n\s*\n/)
      .flatMap(stanza),
  ]
}

function oneLine(line: string): Archive[] {
  const match = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.+)$/.exec(line.trim())
  if (!match) return []
  return [{ uri: match[1]!, suites: [match[2]!], components: match[3]!.trim().split(/\s+/) }]
}

function stanza(text: string): Archive[] {
  const field = (name: string): string[] => {
    const match = new RegExp(`^${name}:(.*(?:\\n[ \\t]+.*)*)`, 'm').exec(text)
    return match ? match[1]!.trim().split(/\s+/) : []
  }
  if (!field('Types').includes('deb')) return []
  return field('URIs').map((uri) => ({ uri, suites: field('Suites'), components: field('Components') }))
}
