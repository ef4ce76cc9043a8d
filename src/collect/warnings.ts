/** The texts of `Warning:` headers with code 299 (RFC 7234 section 5.5): `299 - "text"`, several separated by commas. */
export function readWarnings(header: string | undefined): string[] {
  const found: string[] = []
  for (const match of (header ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)) {
    found.push(match[1]!.replace(/\\(.)/g, '$1'))
  }
  return found
}
