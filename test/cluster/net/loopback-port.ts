import { createServer } from 'node:net'

const FIRST = 20_000
const RANGE = 10_000

/** The port a lab's API server gets on the machine's loopback if it is free: the same for every lab of that name. */
export function preferredPort(lab: string): number {
  let hash = 7
  for (const letter of lab) hash = (hash * 31 + letter.charCodeAt(0)) % RANGE
  return FIRST + hash
}

/** The first port from `start` on that nobody listens on at 127.0.0.1; throws if fifty in a row are taken. */
export async function freeLoopbackPort(start: number): Promise<number> {
  for (let port = start; port < start + 50; port++) if (await isFree(port)) return port
  throw new Error(`No free port on 127.0.0.1 from ${start} to ${start + 49}: end what listens there.`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
