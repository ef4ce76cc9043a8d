/** Tables of nft that iptables-nft owns; what is in them is seen by iptables-save. */
const IPTABLES_TABLES = /^table ip6? (filter|nat|mangle|raw|security)$/

/**
 * The rules of one `iptables-save` output as facts `table rule` (pure). Counters and accepting policies are left out;
 * the given pod addresses and the chain names hashed from addresses are made alike, since system pods may be new ones.
 */
export function firewallFacts(lines: readonly string[], pods: readonly string[]): string[] {
  const alike = maskPods(pods)
  const facts: string[] = []
  let table = ''
  for (const line of lines) {
    if (line.startsWith('*')) table = line.slice(1)
    else if (line.startsWith(':')) {
      const [chain, policy] = line.slice(1).split(' ')
      if (policy === 'DROP') facts.push(`${table} -P ${chain} DROP`)
      else if (policy === '-') facts.push(alike(`${table} -N ${chain}`))
    } else if (line.startsWith('-A')) facts.push(alike(`${table} ${line}`))
  }
  return facts
}

/** The same for the tables of `nft -s list ruleset` that are not iptables' own: one fact for each line of a table. */
export function nftFacts(lines: readonly string[], pods: readonly string[]): string[] {
  const alike = maskPods(pods)
  const facts: string[] = []
  let table = ''
  let chain = ''
  for (const line of lines) {
    if (line.startsWith('table ')) {
      table = line.replace(/ \{$/, '')
      if (!IPTABLES_TABLES.test(table)) facts.push(table)
    } else if (line.startsWith('\t') && !IPTABLES_TABLES.test(table)) {
      if (/^\t\S/.test(line)) chain = alike(line.trim().replace(/ \{$/, ''))
      // A set's elements come in any order, the first behind `elements = {` and the last before the brace.
      const text = line
        .trim()
        .replace(/^elements = \{ /, '')
        .replace(/(,| \})$/, '')
      if (text !== '}') facts.push(`${table}: ${chain}: ${alike(text)}`)
    }
  }
  return facts
}

function maskPods(pods: readonly string[]): (text: string) => string {
  const addresses = pods.map(
    (ip) => new RegExp(`(?<![0-9a-f.:])${ip.replaceAll('.', '\\.')}(?![0-9a-f]|\\.[0-9])`, 'g'),
  )
  return (text) => {
    const named = text.replace(/KUBE-SEP-[A-Z0-9]{16}/g, 'KUBE-SEP-*').replace(/endpoint-[A-Z0-9]{8}-/g, 'endpoint-*-')
    return addresses.reduce((masked, address) => masked.replace(address, 'POD'), named)
  }
}
