/** The command line of a debug pod: `sh -c <runner> <boundary> (<seconds> <snippet>)…`. */
export interface Job {
  /** Limit of the snippet. */
  seconds: number
  run: string
}

/** Outputs above this many bytes are packed: kubelets rotate logs at 10 MiB, and base64 of gzip is a tenth of a rule dump. */
const packAbove = 49_152

/**
 * The argument vector that runs all jobs at once and prints each result as a frame as soon as it and those before it are done:
 *
 *     <boundary> begin <index> rc=<exit code> bytes=<n> form=<raw|gzip> err=<end of stderr, one line>
 *     <n bytes, or base64 of the gzipped n bytes>
 *     <boundary> end <index>
 *
 * and finally `<boundary> done`. The boundary is random, so no output can imitate it; the byte count shows what a log lost.
 * POSIX sh with busybox's tools, and few of them for each frame, since a slow node takes half a second to start a program. Snippets
 * travel as arguments of their own, so nothing is quoted and none is near the kernel's limit of 128 KiB for one argument.
 */
export function runnerCommand(boundary: string, jobs: Job[]): string[] {
  return ['sh', '-c', runner, boundary, ...argumentsOf(jobs)]
}

/** Room for one container's termination message, and how many containers a pod may have before they must share 12 KiB (kubelet). */
const pieceSize = 4096
export const statusPieces = 3

/**
 * The same for a pod whose log cannot be read: all frames are packed into one base64 text. The first container does the work and
 * leaves its piece of the text as its termination message; `pieceCommand` makes the others hand over theirs.
 */
export function statusCommand(boundary: string, jobs: Job[]): string[] {
  const script = `exec >/tmp/all 2>/dev/null
plain=1
${runner}
gzip -9 -c /tmp/all | base64 | tr -d '\\n' >/tmp/packed
head -c ${pieceSize} /tmp/packed >/dev/termination-log`
  return ['sh', '-c', script, boundary, ...argumentsOf(jobs)]
}

/** Hands over piece `index` (from 1) of what `statusCommand` packed. */
export function pieceCommand(index: number): string[] {
  return ['sh', '-c', `tail -c +${pieceSize * index + 1} /tmp/packed | head -c ${pieceSize} >/dev/termination-log`]
}

function argumentsOf(jobs: Job[]): string[] {
  return jobs.flatMap((job) => [String(job.seconds), job.run])
}

const runner = `b=$0
d=$(mktemp -d /tmp/svc-debug.XXXXXX) || exit 1
pack=; [ -z "$plain" ] && command -v gzip >/dev/null && command -v base64 >/dev/null && pack=1
n=0; pids=
while [ $# -gt 0 ]; do
  n=$((n+1))
  ( TMPDIR=$d timeout "$1" sh -c "$2" >"$d/out$n" 2>"$d/err$n" </dev/null; echo $? >"$d/rc$n" ) &
  pids="$pids $!"
  shift 2
done
frame() {
  size=$(wc -c <"$d/out$1"); size=$((size)); form=raw; rc=; err=
  if [ -n "$pack" ] && [ "$size" -gt ${packAbove} ]; then form=gzip; fi
  read -r rc <"$d/rc$1"
  if [ -s "$d/err$1" ]; then err=$(tail -c 600 "$d/err$1" | tr -s '\\n\\r' '  '); fi
  echo "$b begin $1 rc=$rc bytes=$size form=$form err=$err"
  if [ $form = gzip ]; then gzip -c "$d/out$1" | base64; else cat "$d/out$1"; fi
  printf '\\n%s end %s\\n' "$b" "$1"
}
i=0
for p in $pids; do
  i=$((i+1)); wait "$p"
  frame $i
done
echo "$b done"
`

/** For containers of others, by exec: one job after the other, no temporary files, no tools but the snippet's own. */
export function insideCommand(boundary: string, jobs: Job[]): string[] {
  const script = `b=$0
i=0
while [ $# -gt 0 ]; do
  i=$((i+1))
  echo "$b begin $i"
  if command -v timeout >/dev/null 2>&1 && timeout 1 true 2>/dev/null; then timeout "$1" sh -c "$2" 2>/dev/null; else sh -c "$2" 2>/dev/null; fi
  printf '\\n%s end %s rc=%s\\n' "$b" "$i" "$?"
  shift 2
done
echo "$b done"`
  return ['sh', '-c', script, boundary, ...argumentsOf(jobs)]
}
