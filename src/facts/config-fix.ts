/**
 * Command that replaces one line of a ConfigMap's text by another, keeping its indentation, and nothing else. `line` as it stands in the
 * text, without its indentation; without `by` the line is taken out.
 */
export function configMapLineFix(namespace: string, name: string, line: string, by?: string): string {
  const from = `^\\( *\\)${lineForSed(line)}$`
  return edited(namespace, name, by === undefined ? `/${from}/d` : `s/${from}/\\1${forSed(by, /[\\/&]/g)}/`)
}

/** Command that takes a block out of a ConfigMap's text, from the line that opens it to the brace that closes it; it holds no other block. */
export function configMapBlockFix(namespace: string, name: string, line: string): string {
  return edited(namespace, name, `/^ *${lineForSed(line)}$/,/^ *}$/d`)
}

function edited(namespace: string, name: string, edit: string): string {
  return `kubectl -n ${namespace} get configmap ${name} -o yaml | sed '${edit}' | kubectl replace -f -`
}

const lineForSed = (line: string) => forSed(line, /[.*[\]\\/^$]/g)

/** Escapes what sed would read as more than the character, and what would end the shell's quotes. */
function forSed(text: string, special: RegExp): string {
  return text.replace(special, '\\$&').replaceAll("'", "'\\''")
}
