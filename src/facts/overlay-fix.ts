/** Lets the overlay's packets in ahead of what stops them; the path of the dump says which tool wrote the rule. */
export function overlayFix(node: string, port: number, path: string): string[] {
  const on = `# on ${node}:`
  if (path.endsWith('nft.jsonl')) return [on, `nft insert rule inet firewalld filter_INPUT udp dport ${port} accept`]
  const command = path.includes('legacy') ? 'iptables-legacy' : 'iptables'
  return [on, `${command} -I INPUT -p udp --dport ${port} -j ACCEPT`]
}
