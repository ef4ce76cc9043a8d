/** File name below nodes/<node>/ and the snippet that writes it: all that a node's network state consists of. */
export type NodeFile = [file: string, run: string]

const table = (command: string) => `${command} | jq -c '.[]'`

/** What a program says on stderr follows its output: on one pipe, its warnings would land inside a line of the rules. */
const warningsLast = (command: string) =>
  `w=$(mktemp) || exit 1; ${command} 2>"$w"; r=$?; cat "$w"; rm -f "$w"; (exit $r)`

/**
 * iptables-legacy must not be asked where no legacy table exists: any table it is asked for by name, it creates. The list of names
 * is read, as files of /proc have no size.
 */
const legacy = (names: string, command: string) =>
  `if [ -n "$(cat ${names} 2>/dev/null)" ]; then command -v ${command} >/dev/null || exit 127; ${warningsLast(`${command} -c`)}
else echo '# no legacy tables: ${names} is empty'; fi`

const sysctlFiles = [
  'net/ipv4/ip_forward',
  ...['rp_filter', 'forwarding', 'route_localnet', 'accept_local', 'arp_ignore', 'arp_announce'].map(
    (name) => `net/ipv4/conf/*/${name}`,
  ),
  'net/ipv4/ip_local_port_range',
  'net/ipv4/icmp_ratelimit',
  'net/ipv4/neigh/default/gc_thresh*',
  'net/ipv4/vs/*',
  'net/bridge/*',
  'net/ipv6/conf/all/forwarding',
  'net/ipv6/conf/all/disable_ipv6',
  'net/ipv6/neigh/default/gc_thresh*',
  'net/netfilter/nf_conntrack_max',
  'net/netfilter/nf_conntrack_count',
  'net/netfilter/nf_conntrack_tcp_be_liberal',
]

const sysctls = `grep -s '' ${sysctlFiles.map((file) => `/proc/sys/${file}`).join(' ')} /dev/null | sed 's#^/proc/sys/##; s/:/ /'`

const kubeProxy = `get() {
  echo "== $1"
  curl -s -m 3 --noproxy '*' -w '\\nrc=%{exitcode} code=%{http_code} err=%{errormsg}\\n' "http://127.0.0.1:$2" >"$f"
  if [ "$1" = metrics ]; then grep -E '^(kubeproxy_sync|kubeproxy_network|kubeproxy_iptables|kubeproxy_conntrack|rc=)|no_local' "$f" | grep -v _bucket; else cat "$f"; fi
}
f=$(mktemp) || exit 1
get healthz 10256/healthz
get livez 10256/livez
get proxyMode 10249/proxyMode
get metrics 10249/metrics
rm -f "$f"`

/**
 * The state of a node's host network that decides what happens to a packet, in the order of weight. `addresses` are those of the
 * Service, for its conntrack entries. Read-only: nothing here loads a module, makes a table or writes.
 */
export function nodeState(addresses: string[]): NodeFile[] {
  return [
    [
      'iptables-nft.txt',
      `s=iptables-save; command -v iptables-nft-save >/dev/null && s=iptables-nft-save; ${warningsLast('$s -c')}`,
    ],
    ['nft.jsonl', nftRuleset],
    ['links.jsonl', table('ip -j -d link')],
    ['addresses.jsonl', table('ip -j addr')],
    ['routes.jsonl', table('ip -j -4 route show table all')],
    ['rules.jsonl', table('ip -j -4 rule')],
    ['neighbours.jsonl', table('ip -j neigh')],
    ['fdb.jsonl', table('bridge -j fdb')],
    ['sysctls.txt', sysctls],
    ['sockets.txt', 'ss -Hlntu'],
    ['iptables-legacy.txt', legacy('/proc/net/ip_tables_names', 'iptables-legacy-save')],
    [
      'ip6tables-nft.txt',
      `s=ip6tables-save; command -v ip6tables-nft-save >/dev/null && s=ip6tables-nft-save; ${warningsLast('$s -c')}`,
    ],
    ['ip6tables-legacy.txt', legacy('/proc/net/ip6_tables_names', 'ip6tables-legacy-save')],
    ['routes6.jsonl', table('ip -j -6 route show table all')],
    ['rules6.jsonl', table('ip -j -6 rule')],
    ['kube-proxy.txt', kubeProxy],
    ['ipvs.txt', `if [ -e /proc/net/ip_vs ]; then ipvsadm -Sn 2>/dev/null || cat /proc/net/ip_vs; fi`],
    ['ipset.txt', 'command -v ipset >/dev/null || exit 127; ipset save'],
    ['conntrack-count.txt', conntrackCount],
    ['conntrack.txt', conntrack(addresses)],
    ['netstat.txt', 'if command -v nstat >/dev/null; then nstat -az; else cat /proc/net/netstat /proc/net/snmp; fi'],
    ['qdisc.jsonl', table('tc -s -j qdisc show')],
    ['resolv.txt', 'cat /etc/resolv.conf'],
    ['hosts.txt', 'cat /etc/hosts'],
  ]
}

const conntrackCount = `grep -s '' /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max | sed 's#^/proc/sys/##; s/:/ /'
conntrack -S 2>/dev/null; true`

/**
 * Some versions of nft (1.0.6 is one) do not say in JSON on which devices chains of the netdev family and of inet's ingress hook hang;
 * where there are such chains, lines with them follow: `{"devices":{"family":…,"table":…,"chain":…,"names":[…]}}`.
 */
const nftRuleset = String.raw`f=$(mktemp) || exit 1
nft -j list ruleset | jq -c '.nftables[]' >"$f"; r=$?
cat "$f"
if grep -q -e '"hook":"ingress"' -e '"hook":"egress"' "$f"; then
  nft list ruleset | awk '/^table / { f = $2; t = $3 } /^\tchain / { c = $2 } / hook (in|e)gress device/ {
    d = $0; sub(/.* devices? (= )?/, "", d); sub(/ priority .*/, "", d); gsub(/[{}" ]/, "", d); gsub(/,/, "\",\"", d)
    printf "{\"devices\":{\"family\":\"%s\",\"table\":\"%s\",\"chain\":\"%s\",\"names\":[\"%s\"]}}\n", f, t, c, d }'
fi
rm -f "$f"; (exit $r)`

/** A node's table can hold a million entries; those of the Service are few. */
function conntrack(addresses: string[]): string {
  const patterns = addresses.map((ip) => `-e ' src=${ip} ' -e ' dst=${ip} '`).join(' ')
  return `command -v conntrack >/dev/null || exit 127
${patterns === '' ? 'true' : `{ conntrack -L 2>/dev/null; conntrack -L -f ipv6 2>/dev/null; } | grep -F ${patterns} | head -n 2000; true`}`
}
