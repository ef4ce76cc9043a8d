import { stringify } from 'yaml'
import type { Step } from '../../cluster/scenario.ts'
import { apply, ask, kubectl, kubectlShows, patch, patchOps } from './kubectl.ts'
import { baseObjects, deployment, probedServer } from './objects.ts'
import { steps, until } from './run.ts'

/** Merge-patches the Service `web`. */
export const webService = (spec: object): Step => patch('service web', { spec })

/** Replaces pods of `web` by pods with another container and waits until they all run (not: until they are ready). */
export function webPods(container: object, pod: object = {}): Step {
  return steps(replace(recreated(container, pod)), runs('web', 2))
}

/** The stock pods of `web` once more under new addresses, ready. */
export const rollWeb: Step = steps(kubectl('rollout restart deployment web'), rolledOut)

/** Puts `web` and the clients back as `baseObjects` says, whatever was patched, and waits until all are ready. */
export const restoreBase: Step = async (stage) => {
  const input = baseObjects()
    .map((object) => stringify(object))
    .join('---\n')
  const { exitCode } = await stage.kubectl(['replace', '-f', '-'], { input })
  if (exitCode !== 0) await apply(...baseObjects())(stage)
  await rolledOut(stage)
  await kubectl('rollout status daemonset client --timeout=90s')(stage)
}

/** Deletes the Service `web` and makes it anew, under another address: for whoever has kept the old one. */
export const serviceMadeAnew: Step = steps(
  kubectl('delete service web'),
  apply(...baseObjects().filter((object) => 'kind' in object && object.kind === 'Service')),
)

/** The stock Deployment and Service alone, without waiting. */
export function replace(...objects: object[]): Step {
  return async (stage) => {
    const input = objects.map((object) => stringify(object)).join('---\n')
    const { exitCode, stderr } = await stage.kubectl(['replace', '-f', '-'], { input })
    if (exitCode !== 0) throw new Error(`kubectl replace: ${stderr.trim()}`)
  }
}

export const stockWeb = deployment('web', probedServer)

/** Waits until `count` pods of an app run and no older ones are left. */
export function runs(app: string, count: number, seconds = 60): Step {
  return (stage) =>
    until(`${count} pods of ${app} run`, seconds, async () => {
      const phases = await ask(
        stage,
        `get pods -l app=${app} -o`,
        'jsonpath={range .items[*]}{.metadata.deletionTimestamp}{.status.phase} {end}',
      )
      return phases.trim() === Array(count).fill('Running').join(' ')
    })
}

/** Waits until the slice of a Service matches, as `address:ready` words. */
export function slicesShow(pattern: RegExp, name = 'web', seconds = 60): Step {
  return kubectlShows(
    pattern,
    `get endpointslices -l kubernetes.io/service-name=${name} -o`,
    seconds,
    'jsonpath={range .items[*].endpoints[*]}{.addresses[0]}:{.conditions.ready}:{.nodeName} {end}',
  )
}

async function rolledOut(stage: Parameters<Step>[0]): Promise<void> {
  await kubectl('rollout status deployment web --timeout=90s')(stage)
  await until('the old pods of web are gone', 40, async () => {
    const gone = await ask(stage, 'get pods -l app=web -o', 'jsonpath={.items[*].metadata.deletionTimestamp}')
    return gone === ''
  })
}

/** Sets the port of the pods that the Service leads to. */
export const webTargetPort = (value: number | string): Step =>
  patchOps('service web', [{ op: 'replace', path: '/spec/ports/0/targetPort', value }])

/** Replaces the pods of `web` without waiting for anything: for pods that never run. */
export function recreate(container: object, pod: object = {}): Step {
  return replace(recreated(container, pod))
}

/** web with other pods, the old ones gone before the new ones come. */
function recreated(container: object, pod: object): object {
  const changed = deployment('web', container as Record<string, unknown>, pod) as { spec: object }
  Object.assign(changed.spec, { strategy: { type: 'Recreate' } })
  return changed
}
