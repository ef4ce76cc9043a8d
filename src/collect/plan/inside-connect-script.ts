import type { DestinationKind } from '../../model.ts'
import { connectTimeout, totalTimeout } from './connect-script.ts'

/** A TCP destination tried from inside a container of others. */
export interface InsideTarget {
  kind: DestinationKind
  ip: string
  port: number
  tries: number
}

/**
 * The snippet that tries destinations from inside an existing pod, with whatever its image has: curl, wget, bash or nc. Lines as in
 * connect.txt. Exit code 127 without any of them. Runs in images of others: POSIX sh, no temporary files.
 */
export function insideConnectScript(targets: InsideTarget[]): string {
  const rounds = Math.max(0, ...targets.map(({ tries }) => tries))
  const lines = Array.from({ length: rounds }, (_, i) => i + 1).map((round) => {
    const due = targets.filter(({ tries }) => round <= tries)
    return `${due.map(({ kind, ip, port }) => `one ${kind} ${ip} ${port} ${round} &`).join(' ')} pause`
  })
  return `${insideConnect}
${lines.join('\n')}
wait`
}

/**
 * Shell: finds a tool of the image (exit code 127 without any) and defines `one KIND IP PORT TRY`, which prints the line of a try, and `pause`.
 */
export const insideConnect = `for tool in curl wget bash nc none; do command -v $tool >/dev/null 2>&1 && break; done
[ "$tool" = none ] && exit 127
once=; [ $tool = wget ] && wget --version 2>/dev/null | grep -q GNU && once='-t 1'
now() { read -r t _ </proc/uptime; echo "\${t%.*}\${t#*.}"; }
one() {
  kind=$1 ip=$2 port=$3 try=$4
  case $ip in *:*) host="[$ip]";; *) host=$ip;; esac
  a=1$(now)
  case $tool in
    curl) m=$(curl -v -g -s -S -o /dev/null --noproxy '*' --connect-timeout ${connectTimeout} --max-time ${totalTimeout} -w '
%{time_connect} %{time_total} %{http_code} %{size_download}' "http://$host:$port/" 2>&1); rc=$? ;;
    wget) m=$(http_proxy='' wget $once -T ${connectTimeout} -O /dev/null "http://$host:$port/" 2>&1); rc=$? ;;
    bash) m=$(bash -c 'exec 3<>/dev/tcp/$1/$2' - "$ip" "$port" 2>&1 & p=$!; (sleep ${connectTimeout}; kill $p) >/dev/null 2>&1 & w=$!; wait $p; r=$?; kill $w 2>/dev/null; exit $r); rc=$? ;;
    nc) m=$(nc -v -z -w ${connectTimeout} "$ip" "$port" </dev/null 2>&1); rc=$? ;;
  esac
  b=1$(now); t=$((b-a)); t="$((t/100)).$((t%100/10))$((t%10))0000"
  if [ $tool = curl ]; then
    set -- $(echo "$m" | tail -n 1); c=$1 t=$2 code=$3 bytes=$4
  else
    c=0.000000 code=000 bytes=0
    case "$rc $m" in
      0*|*"server returned error"*|*"ERROR 4"*|*"ERROR 5"*) rc=0 c=$t bytes=1 ;;
      143*|*"imed out"*|*imeout*) rc=28 ;;
      *) rc=7 ;;
    esac
  fi
  case "$rc $m" in
    0*) m= ;;
    *efused*) m="Connection refused" ;;
    *"o route to host"*|*"ost is unreachable"*) m="No route to host" ;;
    *"etwork is unreachable"*|*"Network unreachable"*) m="Network is unreachable" ;;
    *) m=$(echo "$m" | sed -n 's/^curl: ([0-9]*) //p; /^wget: /p; /^nc: /p' | tail -n 1) ;;
  esac
  echo "$kind tcp $ip $port $try rc=$rc connect=$c total=$t code=$code bytes=$bytes err=$m"
}
pause() { sleep 0.05 2>/dev/null || sleep 1; }`
