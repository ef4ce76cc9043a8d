import type { Stage } from './scenario.ts'

/** Objects of ours that the run left behind. */
export async function leftovers(stage: Stage): Promise<string[]> {
  const selector = 'app.kubernetes.io/managed-by=kubectl-svc-debug'
  const { stdout } = await stage.kubectl(['get', 'all', '-A', '-l', selector, '-o', 'name'])
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((name) => `left behind: ${name}`)
}
