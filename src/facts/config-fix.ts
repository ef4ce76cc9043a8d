/**
 * Command that replaces one line of a ConfigMap's text by another, keeping its indentation, and nothing else. `line` as it stands in the
 * text, without its indentation; without `by` the line is taken out.
 */
export function configMapLineFix(namespace: string, name: string, line: string, by?: string): string {
  const from = `^\\( *\\)${forSed(line, /[.*[\]\\/^$]/g)}$`
  const edit = by === undefined ? `/${from}/d` : `s/${from}/\\1${forSed(by, /[\\/&]/g)}/`
  const ask = `kubectl -n ${namespace} get configmap ${name} -o yaml`
  return `${ask} | sed '${edit}' | kubectl replace -f -`
}

/** Command that takes a block out of a ConfigMap's text, from the line that opens it to the brace that closes it; it holds no other block. */
export function configMapBlockFix(namespace: string, name: string, line: string): string {
  const ask = `kubectl -n ${namespace} get configmap ${name} -o yaml`
  return `${ask} | sed '/^ *${forSed(line, /[.*[\]\\/^$]/g)}$/,/^ *}$/d' | kubectl replace -f -`
}

/** Escapes what sed would read as more than the character, and what would end the shell's quotes. */
function forSed(text: string, special: RegExp): string {
  return text.replace(special, '\\$&').replaceAll("'", "'\\''")
}
