import { NAME, query } from '../scenarios/verbs/dns.ts'
import {
  api,
  clusterIp,
  endpointOn,
  host,
  nodePort,
  outside,
  place,
  pod,
  probe,
  type Where,
} from '../scenarios/verbs/probe.ts'
import { everyNode } from './play-stage.ts'
import type { Stage } from './scenario.ts'

/**
 * What does not work of what must work on a whole cluster, a line each: from a pod and from the host of every node the
 * Service, each endpoint, the API and the name; from outside every node port. Empty when all of it works.
 */
export async function broken(stage: Stage): Promise<string[]> {
  const service = await clusterIp()(stage)
  const endpoints = await Promise.all(workers(stage).map((node) => endpointOn(node)(stage)))
  const wrong: string[] = []
  const expectOk = async (from: Where, address: string, tries: number) => {
    const fates = await probe(stage, from, address, tries).catch((error: Error) => [error.message])
    const bad = fates.filter((fate) => fate !== 'ok')
    if (bad.length > 0) wrong.push(`${place(from)} to ${address}: ${bad.length} of ${fates.length} ${bad[0]}`)
  }
  const expectName = async (node: string, options: string) => {
    const answer = await query(stage, pod(node), NAME, options).catch((error: Error) => error.message)
    if (answer !== 'NOERROR') wrong.push(`client on ${node} asks for ${NAME} ${options}: ${answer}`)
  }
  await Promise.all([
    ...everyNode(stage).flatMap((node) => [
      expectOk(pod(node), service, 6),
      expectOk(host(node), service, 4),
      ...endpoints.flatMap((endpoint) => [expectOk(pod(node), endpoint, 1), expectOk(host(node), endpoint, 1)]),
      (async () => expectOk(pod(node), await api(stage), 1))(),
      expectName(node, ''),
      expectName(node, '+tcp'),
      (async () => expectOk(outside, await nodePort(node)(stage), 4))(),
    ]),
  ])
  return wrong
}

/** The nodes that carry pods of users: all but the control plane. */
function workers(stage: Stage): string[] {
  return everyNode(stage).filter((node) => node !== 'n0')
}

/** Waits until nothing of the matrix is broken. Returns what still is after `seconds`. */
export async function wholeWithin(stage: Stage, seconds: number): Promise<string[]> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const wrong = await broken(stage).catch((error: Error) => [error.message])
    if (wrong.length === 0 || Date.now() > end) return wrong
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}
