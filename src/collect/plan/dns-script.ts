/** One query of dns.txt. `server` empty: the resolver that /etc/resolv.conf names, each of them. */
export interface DnsQuery {
  server: string
  protocol: 'udp' | 'tcp'
  type: string
  name: string
  /** A `DnsForm` of parse/probe.ts. Short forms go through the search list. */
  form: 'short' | 'namespaced' | 'svc' | 'fqdn' | 'reverse' | 'external'
  tries: number
}

/**
 * The shell snippet that writes dns.txt: every query in a block of its own with dig's answer, then `getent` for each name as an
 * application would ask. Needs dig; 10 ms between queries, at most 30 at once.
 */
export function dnsScript(queries: DnsQuery[], getent: string[]): string {
  const rounds = Math.max(0, ...queries.map((query) => query.tries))
  const lines: string[] = []
  for (let round = 1; round <= rounds; round++) {
    for (const { server, protocol, type, name, form, tries } of queries) {
      if (round <= tries) lines.push(`${server || 'resolver'} ${protocol} ${type} ${name} ${form}`)
    }
  }
  return `command -v dig >/dev/null || exit 127
d=$(mktemp -d) || exit 1
servers=$(sed -n 's/^nameserver[[:space:]]*//p' /etc/resolv.conf | tr '\\n' ' ')
query() {
  o="+noall +comments +answer +stats +time=3 +tries=1"
  [ "$2" = tcp ] && o="$o +tcp"
  case $5 in short|namespaced|svc) o="$o +search";; esac
  echo ";; ask $1 $2 $3 $4 $5"
  if [ "$5" = reverse ]; then dig $o "@$1" -x "$4" 2>&1; else dig $o "@$1" "$4" "$3" 2>&1; fi
  echo ";; rc $?"
}
${lookup}
n=1000
while read -r server protocol type name form; do
  [ "$server" = resolver ] && list=$servers || list=$server
  for s in $list; do
    n=$((n+1))
    query "$s" "$protocol" "$type" "$name" "$form" >"$d/$n" </dev/null &
    if [ $((n % 30)) = 0 ]; then wait; else sleep 0.01; fi
  done
done <<'QUERIES'
${lines.join('\n')}
QUERIES
if command -v getent >/dev/null; then
  for name in ${getent.join(' ')}; do n=$((n+1)); lookup "$name" >"$d/$n" </dev/null & done
fi
wait
cat "$d"/* 2>/dev/null
rm -rf "$d"`
}

/** One `getent` as an application asks, in a block of its own; timed by /proc/uptime, since busybox's date knows no fractions. */
const lookup = `lookup() {
  read -r a _ </proc/uptime
  echo ";; getent $1"
  timeout 25 getent hosts "$1" 2>&1
  c=$?
  read -r b _ </proc/uptime
  t=$(( 1\${b%.*}\${b#*.} - 1\${a%.*}\${a#*.} ))
  printf ';; rc %s %d.%02d\\n' "$c" $((t/100)) $((t%100))
}`

/**
 * The snippet that writes a dns.txt of getent look-ups alone, in a container of others: what that very application's resolver, search
 * list and hosts file make of each name. Side by side, since a silent nameserver costs five seconds and more a name; each answer is
 * written in one piece, without a file: the container's disk may be read-only. Exit code 127 without getent.
 */
export function insideLookupScript(names: string[]): string {
  return `command -v getent >/dev/null 2>&1 || exit 127
command -v timeout >/dev/null 2>&1 || timeout() { shift; "$@"; }
${lookup}
for name in ${names.join(' ')}; do { answer=$(lookup "$name"); printf '%s\\n' "$answer"; } & done
wait`
}
