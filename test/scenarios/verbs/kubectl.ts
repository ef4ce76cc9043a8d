import { stringify } from 'yaml'
import type { Stage, Step } from '../../cluster/scenario.ts'
import { until } from './run.ts'

/** kubectl, with its words split at blanks; JSON arguments come as further parameters. Has to succeed. */
export function kubectl(words: string, ...more: string[]): Step {
  return async (stage) => void (await ask(stage, words, ...more))
}

/** kubectl for taking back what may be gone already. */
export function undoKubectl(words: string, ...more: string[]): Step {
  return async (stage) => void (await stage.kubectl([...words.split(' '), ...more]))
}

/** The output of kubectl. Throws when it fails. */
export async function ask(stage: Stage, words: string, ...more: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await stage.kubectl([...words.split(' '), ...more], { timeout: 60_000 })
  if (exitCode !== 0) throw new Error(`kubectl ${words} ${more.join(' ')}: ${(stderr || stdout).trim()}`)
  return stdout.trim()
}

/** Creates or changes objects. */
export function apply(...objects: object[]): Step {
  return async (stage) => {
    const input = objects.map((object) => stringify(object)).join('---\n')
    const { exitCode, stderr } = await stage.kubectl(['apply', '-f', '-'], { input, timeout: 60_000 })
    if (exitCode !== 0) throw new Error(`kubectl apply: ${stderr.trim()}`)
  }
}

/** Merge-patches an object: `patch('service web', {spec: …})`. */
export function patch(object: string, change: object, ...more: string[]): Step {
  return kubectl(`patch ${object} --type=merge`, '-p', JSON.stringify(change), ...more)
}

/** Patches an object by JSON patch operations. */
export function patchOps(object: string, ops: object[]): Step {
  return kubectl(`patch ${object} --type=json`, '-p', JSON.stringify(ops))
}

/** Waits until kubectl's output matches. */
export function kubectlShows(pattern: RegExp, words: string, seconds = 60, ...more: string[]): Step {
  return (stage) =>
    until(`kubectl ${words} ${more.join(' ')} shows ${pattern}`, seconds, async () => {
      const { stdout } = await stage.kubectl([...words.split(' '), ...more])
      return pattern.test(stdout)
    })
}
