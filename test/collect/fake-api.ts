import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Seen {
  method: string
  /** Path with query. */
  url: string
  headers: IncomingMessage['headers']
  rawHeaders: string[]
  body: string
}

/** What a route answers: JSON with a status, or full control. */
export type Answer = { status?: number; json?: unknown; text?: string; headers?: Record<string, string> }
export type Handler = (request: Seen, response: ServerResponse) => Answer | undefined | Promise<Answer | undefined>

export interface FakeApi {
  url: string
  server: Server
  seen: Seen[]
  close(): Promise<void>
}

/** An API server on loopback: `handler` answers; what it returns nothing for, it has answered itself or leaves hanging. */
export async function fakeApi(handler: Handler): Promise<FakeApi> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const entry: Seen = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      rawHeaders: request.rawHeaders,
      body: Buffer.concat(chunks).toString('utf8'),
    }
    seen.push(entry)
    const answer = await handler(entry, response)
    if (answer === undefined) return
    const text = answer.text ?? JSON.stringify(answer.json ?? {})
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
    response.end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** A Status object as the API server sends it. */
export function status(code: number, reason: string, message: string): Answer {
  return { status: code, json: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code } }
}
