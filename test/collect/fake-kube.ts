import { type Answer, type FakeApi, fakeApi, type Seen, status } from './fake-api.ts'

interface Container {
  name: string
  command: string[]
}

export interface FakePod {
  metadata: { name: string; namespace: string; labels: Record<string, string>; annotations: Record<string, string> }
  spec: { nodeName: string; hostNetwork?: boolean; containers: Container[]; initContainers?: Container[] }
  /** How often it was looked at. */
  looks: number
  kind: 'node' | 'client'
}

export interface FakeKube extends FakeApi {
  /** What happened, in order: `create client n1`, `log node n1`, `delete client n1` … */
  events: string[]
  pods: Map<string, FakePod>
}

export interface Behaviour {
  /** Fixed answers by path without query. */
  objects?: Record<string, unknown>
  /** Answers before anything else does. */
  first?: (request: Seen) => Answer | undefined | 'hang'
  /** The pod's status at its n-th look; default: Pending once, then Running. */
  statusOf?: (pod: FakePod) => object
  /** Output of a job of a pod. */
  output?: (pod: FakePod, snippet: string) => string
  /** What the log request gives, where it is not the frames. */
  logAnswer?: (pod: FakePod) => Answer | 'hang' | undefined
}

/** Enough of Kubernetes for one run: objects, and pods that "run" as soon as they are looked at twice. */
export async function fakeKube(behaviour: Behaviour = {}): Promise<FakeKube> {
  const pods = new Map<string, FakePod>()
  const events: string[] = []
  const api = await fakeApi((request) => {
    const early = behaviour.first?.(request)
    if (early === 'hang') return undefined
    if (early) return early
    const [path = '', query = ''] = request.url.split('?')
    const pod = /^\/api\/v1\/namespaces\/([^/]+)\/pods(?:\/([^/]+))?(\/log)?$/.exec(path)
    if (pod && request.method === 'POST') return create(request.body, query.includes('dryRun'))
    if (pod?.[3]) return log(pods.get(`${pod[1]}/${pod[2]}`))
    if (pod?.[2] && pods.has(`${pod[1]}/${pod[2]}`)) return one(`${pod[1]}/${pod[2]}`, request.method)
    if (pod && query.includes('svc-debug')) return { json: { items: [...pods.values()] } }
    const object = behaviour.objects?.[path]
    if (object !== undefined) return { json: object }
    return path.split('/').length > 6 && !path.endsWith('s')
      ? status(404, 'NotFound', `${path} not found`)
      : { json: { items: [] } }
  })

  const create = (body: string, dryRun: boolean): Answer => {
    const made = JSON.parse(body) as FakePod
    made.looks = 0
    made.kind = made.spec.hostNetwork ? 'node' : 'client'
    events.push(`${dryRun ? 'try' : 'create'} ${made.kind} ${made.spec.nodeName}`)
    if (!dryRun) pods.set(`${made.metadata.namespace}/${made.metadata.name}`, made)
    return { status: 201, json: made }
  }
  const one = (key: string, method: string): Answer => {
    const pod = pods.get(key)!
    if (method === 'DELETE') {
      events.push(`delete ${pod.kind} ${pod.spec.nodeName}`)
      pods.delete(key)
      return { json: {} }
    }
    pod.looks++
    const running = { phase: pod.looks > 1 ? 'Running' : 'Pending', startTime: 'now' }
    return { json: { ...pod, status: behaviour.statusOf?.(pod) ?? running } }
  }
  const log = (pod: FakePod | undefined): Answer | undefined => {
    if (!pod) return status(404, 'NotFound', 'no such pod')
    events.push(`log ${pod.kind} ${pod.spec.nodeName}`)
    const special = behaviour.logAnswer?.(pod)
    if (special === 'hang') return undefined
    return special ?? { text: framesOf(pod, behaviour.output ?? (() => 'answer\n')) }
  }
  return { ...api, events, pods }
}

/** What the runner of a pod would print. */
export function framesOf(pod: FakePod, output: (pod: FakePod, snippet: string) => string): string {
  const [, , , boundary = '', ...jobs] = (pod.spec.initContainers ?? pod.spec.containers)[0]!.command
  const snippets = jobs.filter((_, i) => i % 2 === 1)
  const frames = snippets.map((snippet, i) => {
    const text = output(pod, snippet)
    return `${boundary} begin ${i + 1} rc=0 bytes=${Buffer.byteLength(text)} form=raw err=\n${text}\n${boundary} end ${i + 1}\n`
  })
  return `${frames.join('')}${boundary} done\n`
}

/** Waits until something has happened, at most five seconds. */
export async function happened(kube: FakeKube, event: string): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (kube.events.includes(event)) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`${event} did not happen; what did: ${kube.events.join(', ')}`)
}
