import type { Service } from '../../facts/kube.ts'
import { addressBits, familyOf } from '../../net.ts'
import { insideConnect } from './inside-connect-script.ts'

/** Most different addresses that are tried. */
const most = 4

/**
 * The snippet that writes dialled.txt, in the pod of a client: what its own programs dial where they mean the Service.
 *
 *     env WEB_URL web 8080           variable, name or address of the Service, and port; of the value nothing else is printed
 *     == /proc/net/tcp               connections under way (SYN_SENT), three looks a second apart
 *     cluster-ip:dialled tcp …       tries of those that lead to no port of the Service; lines as in connect.txt
 *
 * The address which the kubelet once gave the pod (WEB_SERVICE_HOST) is tried only if somebody in the pod dials it: every pod that is
 * older than its Service has a stale one, and hardly any program reads it. Exit code 127 without sed.
 */
export function dialledScript(service: Service, clusterIps: string[], domain: string): string {
  const { name, namespace } = service.metadata
  const names = [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.${domain}`]
  const host = `(${names.map((n) => n.replaceAll('.', '\\.')).join('|')})\\.?`
  const variable = '([A-Za-z_][A-Za-z0-9_]*)'
  const given = `${name.toUpperCase().replaceAll('-', '_')}_SERVICE`
  const ports = (service.spec.ports ?? []).map((port) => port.port)
  return `command -v sed >/dev/null || exit 127
h=$${given}_HOST
said=$(env | sed -nE \\
  -e 's~^${variable}=(.*[^A-Za-z0-9._-])?${host}:([0-9]{1,5})([^0-9].*)?$~env \\1 \\3 \\4~p' \\
  -e 's~^${variable}=(.*[^A-Za-z0-9])?http://([^/@]*@)?${host}([/?#].*)?$~env \\1 \\4 80~p' \\
  -e 's~^${variable}=(.*[^A-Za-z0-9])?https://([^/@]*@)?${host}([/?#].*)?$~env \\1 \\4 443~p'
env | sed -nE 's~^${variable}_(HOST|HOSTNAME|ADDR|ADDRESS|SERVER)=${host}$~\\1 \\2 \\3~p' | while read -r p s h; do
  env | sed -nE "s~^$p"'_PORT=([0-9]{1,5})$~env '"$p"_"$s $h"' \\1~p'
done
[ -n "$h" ] && echo "env ${given}_HOST $h $${given}_PORT")
look() { for f in tcp tcp6; do [ -r /proc/net/$f ] && { echo "== /proc/net/$f"; sed -n '/^ *[0-9]*: [^ ]* [^ ]* 02 /p' /proc/net/$f; }; done; }
seen=$(look; sleep 1; look; sleep 1; look)
echo "$said"
echo "$seen"
to() { echo "$seen" | sed -nE "s~^ *[0-9]+: [^ ]+ $1:([0-9A-F]{4}) .*~\\1~p"; }
each() {
  for n in $(echo "$said" | sed -nE 's~^env [^ ]+ ${host} ([0-9]+)$~\\2~p'); do
    for ip in ${clusterIps.join(' ')}; do echo "$ip $n"; done
  done
${clusterIps.map((ip) => `  for n in $(to ${socketHex(ip)}); do echo "${ip} $((0x$n))"; done`).join('\n')}
  case $h in ''|*:*|${clusterIps.join('|')}) return;; esac
  for n in $(to $(echo "$h" | { IFS=. read -r a b c d; printf '%02X%02X%02X%02X' "$d" "$c" "$b" "$a"; })); do echo "$h $((0x$n)) old"; done
}
list=$(each | sed -E '/ old$/!{/ (${[...ports, 0].join('|')})$/d
}
s/ old$//' | sort -u | sed -n 1,${most}p)
[ -n "$list" ] || exit 0
${insideConnect}
echo "$list" | { while read -r ip n; do
  for i in 1 2; do one cluster-ip:dialled "$ip" "$n" $i & pause; done
done; wait; }`
}

/** An address as /proc/net/tcp and tcp6 write it: words of four bytes in the machine's (little) byte order. */
function socketHex(ip: string): string {
  const hex = addressBits(ip)!
    .toString(16)
    .padStart(familyOf(ip) === 6 ? 32 : 8, '0')
    .toUpperCase()
  return hex.replace(/(..)(..)(..)(..)/g, '$4$3$2$1')
}
