/** The manifest in the repository → the one of a release: version, archive and its checksum put in. Throws where a place for them is missing. */
export function krewManifest(
  template: string,
  { version, archive, sha256 }: { version: string; archive: string; sha256: string },
): string {
  const put = (text: string, place: RegExp, value: string): string => {
    if (!place.test(text))
      throw new SyntaxError(`krew-manifest.yaml has no place for ${value}: nothing matches ${place}`)
    return text.replace(place, (_, before: string) => `${before}${value}`)
  }
  const versioned = put(template, /^( {2}version: ).*$/m, `v${version}`)
  const addressed = put(versioned, /^(.*uri: .*\/releases\/download\/).*$/m, `v${version}/${archive}`)
  return put(addressed, /^(.*sha256: ).*$/m, `"${sha256}"`)
}
