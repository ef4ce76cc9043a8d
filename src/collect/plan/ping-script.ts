/** Payloads: 28 bytes of headers make 84, 1228, 1400, 1450 (vxlan over 1500) and 1500 byte packets. */
const ladder = [56, 1200, 1372, 1422, 1472]

/** The snippet that writes ping.txt: each target with each payload, not to be fragmented (iputils ping). */
export function pingScript(targets: string[]): string {
  return `command -v ping >/dev/null || exit 127
d=$(mktemp -d) || exit 1
n=10000
for ip in ${targets.join(' ')}; do
  for size in ${ladder.join(' ')}; do
    n=$((n+1))
    { echo ";; ping $ip $size"; ping -n -c 2 -i 0.2 -W 1 -M do -s $size $ip; echo ";; rc $?"; } >"$d/$n" 2>&1 </dev/null &
    sleep 0.02
  done
done
wait
cat "$d"/* 2>/dev/null
rm -rf "$d"`
}
