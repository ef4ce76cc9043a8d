import type { DestinationKind } from '../../model.ts'

/** One destination of connect.txt and how to try it. */
export interface ConnectTarget {
  kind: DestinationKind
  variant?: string
  protocol: 'tcp' | 'udp'
  ip: string
  port: number
  tries: number
  /** `-large`: with a header of 3 kB, so that the request needs full packets. */
  how: 'http' | 'https' | 'http-large' | 'https-large' | 'udp' | 'dns'
}

/** Seconds: a SYN is sent again after 1 and 3 s, so a late answer still comes in time. */
export const connectTimeout = 4
export const totalTimeout = 6
/** Tries under way at once. */
const batch = 48

/**
 * The shell snippet that writes connect.txt: every target tried `tries` times, round by round, 10 ms apart and at most 48 at once.
 * The pause matters: the kernel limits ICMP refusals to about one a second per peer after a burst of six, so refusals asked for all
 * at once would look like time-outs (icmp_ratelimit). Needs curl; UDP needs bash or dig and is left out without them.
 */
export function connectScript(targets: ConnectTarget[], pause = 0.01): string {
  const rounds = Math.max(0, ...targets.map((target) => target.tries))
  const lines: string[] = []
  for (let round = 1; round <= rounds; round++) {
    for (const target of targets) if (round <= target.tries) lines.push(line(target, round))
  }
  return `command -v curl >/dev/null || exit 127
${tryOne}
d=$(mktemp -d) || exit 1
n=10000
while read -r kind protocol ip port try how; do
  n=$((n+1))
  one "$kind" "$protocol" "$ip" "$port" "$try" "$how" >"$d/$n" 2>/dev/null </dev/null &
  if [ $((n % ${batch})) = 0 ]; then wait; else sleep ${pause}; fi
done <<'TARGETS'
${lines.join('\n')}
TARGETS
wait
cat "$d"/1* 2>/dev/null
rm -rf "$d"`
}

function line(target: ConnectTarget, round: number): string {
  const kind = target.variant ? `${target.kind}:${target.variant}` : target.kind
  return `${kind} ${target.protocol} ${target.ip} ${target.port} ${round} ${target.how}`
}

/**
 * Prints the line of one try. curl 7.84 and later say only "Couldn't connect" for exit code 7; why stands in the verbose output, in the
 * words of the image's C library (musl and glibc differ).
 */
const tryOne = `pad=$(printf '%03000d' 0)
say() { printf '%s %s %s %s %s rc=%s %s err=%s\\n' "$kind" "$protocol" "$ip" "$port" "$try" "$1" "$2" "$3"; }
one() {
  kind=$1 protocol=$2 ip=$3 port=$4 try=$5
  case $ip in *:*) host="[$ip]";; *) host=$ip;; esac
  case $6 in
    http) web "http://$host:$port/" ;;
    https) web "https://$host:$port/" ;;
    http-large) web "http://$host:$port/" -H "X-Pad: $pad" ;;
    https-large) web "https://$host:$port/" -H "X-Pad: $pad" ;;
    udp) datagram ;;
    dns) lookup ;;
  esac
}
web() {
  url=$1; shift
  w=$(curl -v -k -g -s -o /dev/null --noproxy '*' --connect-timeout ${connectTimeout} --max-time ${totalTimeout} "$@" -w 'rc=%{exitcode} connect=%{time_connect} total=%{time_total} code=%{http_code} bytes=%{size_download} err=%{errormsg}' "$url" 2>"$d/v$n")
  case $w in "rc=7 "*)
    e=$(sed -n -e 's/^.* failed: //p' -e 's/^.*mmediate connect fail for [^ ]*: //p' "$d/v$n" | tail -n 1)
    case $e in *"ost is unreachable"*) e="No route to host";; "Network unreachable"*) e="Network is unreachable";; esac
    [ -n "$e" ] && w="\${w%% err=*} err=$e" ;;
  esac
  # a TLS server says in the body why it refuses plain HTTP; the API server and kubelets do by design
  case "$kind $w" in api*|"node "*|pod-gateway*) ;; *" code=400 "*)
    e=$(curl -k -g -s --noproxy '*' --max-time 2 "$@" "$url" 2>/dev/null | head -c 400 | tr '\\n' ' ' | grep -io 'http request [a-z ]*to [a-z ]*https [a-z]*')
    [ -n "$e" ] && w="\${w%% err=*} err=$e" ;;
  esac
  echo "$kind $protocol $ip $port $try $w"
}
datagram() {
  command -v bash >/dev/null || return
  bash -c 'LC_ALL=C; s=\${EPOCHREALTIME/./}; m=$( { exec 3<>/dev/udp/$1/$2 && printf "hostname\\n" >&3 && IFS= read -r -t 3 -n 1 -u 3; } 2>&1 ); c=$?; t=$((\${EPOCHREALTIME/./}-s))
    w=$(printf "%d.%06d" $((t/1000000)) $((t%1000000))); case "$c $m" in 0*) echo "0 connect=$w total=$w code=000 bytes=1 err=";; *efused*) echo "7 connect=0.000000 total=$w code=000 bytes=0 err=Connection refused";; *"o route to host"*|*"ost is unreachable"*) echo "7 connect=0.000000 total=$w code=000 bytes=0 err=No route to host";; *unreachable*) echo "7 connect=0.000000 total=$w code=000 bytes=0 err=Network is unreachable";; *) echo "0 connect=0.000000 total=$w code=000 bytes=0 err=no answer to a datagram";; esac' - "$ip" "$port" |
    while read -r rc rest; do printf '%s %s %s %s %s rc=%s %s\\n' "$kind" "$protocol" "$ip" "$port" "$try" "$rc" "$rest"; done
}
lookup() {
  command -v dig >/dev/null || return
  o=$(dig +time=3 +tries=1 -p "$port" "@$ip" version.bind CH TXT 2>&1); rc=$?
  t=$(printf '%s' "$o" | sed -n 's/^;; Query time: \\([0-9]*\\) msec.*/\\1/p'); t=$(printf '%d.%03d000' $((\${t:-0}/1000)) $((\${t:-0}%1000)))
  case "$rc $o" in
    0*) say 0 "connect=$t total=$t code=000 bytes=1" "" ;;
    *refused*) say 7 "connect=0.000000 total=$t code=000 bytes=0" "Connection refused" ;;
    *"host unreachable"*) say 7 "connect=0.000000 total=$t code=000 bytes=0" "No route to host" ;;
    *unreachable*) say 7 "connect=0.000000 total=$t code=000 bytes=0" "Network is unreachable" ;;
    *) say 28 "connect=0.000000 total=3.000000 code=000 bytes=0" "no answer to a query" ;;
  esac
}`
