import type { Stage } from './scenario.ts'

const selector = 'app.kubernetes.io/managed-by=kubectl-svc-debug'

/** Objects of ours that are still there `seconds` after a run: what the kubelet has yet to end gets that long. */
export async function leftovers(stage: Stage, seconds = 5): Promise<string[]> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const { stdout } = await stage.kubectl(['get', 'all', '-A', '-l', selector, '-o', 'wide', '--no-headers'])
    const left = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('No resources'))
    if (left.length === 0 || Date.now() > end) return left.map((line) => `left behind: ${line.replaceAll(/ +/g, ' ')}`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}
