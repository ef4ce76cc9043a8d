import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders, RequestOptions } from 'node:http'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import type { Auth } from './auth.ts'
import { NoAnswer } from './errors.ts'
import { readWarnings } from './warnings.ts'

export interface Ask {
  method?: 'GET' | 'POST' | 'DELETE' | 'PATCH'
  /** With query, from the server's root: `/api/v1/…`. */
  path: string
  body?: unknown
  /** Milliseconds for the whole answer. */
  timeout?: number
  signal?: AbortSignal
  /** Receives the body as it comes (logs); the answer's `body` is then empty unless the server refused. */
  onData?: (chunk: Buffer) => void
  /** Milliseconds until the first byte of the answer; for streams, whose whole length is unknown. */
  firstByte?: number
}

export interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: string
}

export interface HttpOptions {
  server: string
  auth: Auth
  userAgent: string
  /** Ends every request. */
  signal: AbortSignal
  /** Milliseconds; limit of one request where the caller sets none. */
  timeout: number
  warn: (text: string) => void
  trace: (level: number, text: string) => void
}

export type Http = (ask: Ask) => Promise<Answer>

const retries = 3
const repeatable = new Set(['GET', 'DELETE'])

/**
 * Thin REST over node:https with one keep-alive agent. Resolves with any HTTP status; throws NoAnswer where none came, and the
 * signal's reason on abort. GET and DELETE are tried again on 429, 503 and a reset connection, as long as the server asks for (Retry-After).
 */
export function openHttp(options: HttpOptions): Http {
  return async (ask) => {
    let refreshed = false
    for (let attempt = 0; ; attempt++) {
      const last = attempt >= retries || !repeatable.has(ask.method ?? 'GET')
      try {
        const answer = await once(options, ask)
        if (answer.status === 401 && !refreshed && (await options.auth.refused())) {
          refreshed = true
          continue
        }
        if (last || (answer.status !== 429 && answer.status !== 503)) return answer
        await sleep(retryDelay(answer, attempt), undefined, { signal: options.signal })
      } catch (error) {
        if (error instanceof NoAnswer)
          options.trace(6, `${ask.method ?? 'GET'} ${options.server}${ask.path} ${error.code}: ${error.message}`)
        const reset = error instanceof NoAnswer && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
        if (last || !reset) throw error
        await sleep(100 * 2 ** attempt, undefined, { signal: options.signal })
      }
    }
  }
}

function retryDelay(answer: Answer, attempt: number): number {
  const asked = Number(answer.headers['retry-after'])
  return Number.isFinite(asked) && asked >= 0 ? Math.min(asked * 1000, 5000) : 200 * 2 ** attempt
}

async function once(options: HttpOptions, ask: Ask): Promise<Answer> {
  const started = Date.now()
  const url = new URL(options.server)
  const tls = (await options.auth.requestOptions()) as RequestOptions
  const body = ask.body === undefined ? undefined : JSON.stringify(ask.body)
  const headers: OutgoingHttpHeaders = {
    ...(tls.headers as OutgoingHttpHeaders | undefined),
    accept: 'application/json, */*',
    'user-agent': options.userAgent,
    // A followed log is read as it comes; everything else may be packed.
    ...(ask.onData ? {} : { 'accept-encoding': 'gzip' }),
    ...(body === undefined ? {} : { 'content-type': contentType(ask), 'content-length': Buffer.byteLength(body) }),
  }
  const path = url.pathname.replace(/\/$/, '') + ask.path
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)({
    ...tls,
    method: ask.method ?? 'GET',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    path,
    headers,
  })
  const answer = await exchange(request, body, options, ask)
  const line = `${ask.method ?? 'GET'} ${options.server}${ask.path} ${answer.status} in ${Date.now() - started} milliseconds`
  options.trace(6, line)
  options.trace(8, `Request headers: ${JSON.stringify(withoutSecrets(headers))}`)
  options.trace(8, `Response headers: ${JSON.stringify(answer.headers)}`)
  for (const text of readWarnings(answer.headers.warning)) options.warn(text)
  return answer
}

function contentType(ask: Ask): string {
  return ask.method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json'
}

function exchange(request: ClientRequest, body: string | undefined, options: HttpOptions, ask: Ask): Promise<Answer> {
  const { server } = options
  return new Promise((resolve, reject) => {
    const limit = ask.timeout ?? (ask.onData ? undefined : options.timeout)
    const signal = ask.signal ? AbortSignal.any([options.signal, ask.signal]) : options.signal
    // Never destroy(error): on a connection that is just going back to the agent nobody listens for it.
    const giveUp = (error: unknown) => {
      settle()
      reject(error)
      request.destroy()
    }
    const late = (ms: number) => () => giveUp(new NoAnswer('TIMEOUT', `no answer within ${ms / 1000} s`, server))
    const timers = [ask.firstByte, limit].map((ms) => (ms ? setTimeout(late(ms), ms) : undefined))
    const abort = () => giveUp(signal.reason)
    const settle = () => {
      for (const timer of timers) clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
    const fail = (error: Error) => {
      settle()
      reject(error instanceof NoAnswer ? error : noAnswer(error, server))
    }
    request.on('error', fail)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    request.on('response', (response) => {
      clearTimeout(timers[0])
      const chunks: Buffer[] = []
      const status = response.statusCode ?? 0
      const streaming = ask.onData !== undefined && status === 200
      response.on('data', (chunk: Buffer) => (streaming ? ask.onData?.(chunk) : chunks.push(chunk)))
      response.on('error', fail)
      response.on('aborted', () => fail(new NoAnswer('ECONNRESET', 'the connection was closed in mid-answer', server)))
      response.on('end', () => {
        settle()
        const packed = response.headers['content-encoding'] === 'gzip'
        try {
          const whole = Buffer.concat(chunks)
          resolve({ status, headers: response.headers, body: (packed ? gunzipSync(whole) : whole).toString('utf8') })
        } catch (error) {
          reject(new NoAnswer('EPROTO', `unreadable answer: ${(error as Error).message}`, server))
        }
      })
    })
    request.end(body)
  })
}

/** Refusals on both address families come as an AggregateError; the first inner one says why. */
function noAnswer(error: Error & { code?: string; errors?: Error[] }, server: string): NoAnswer {
  const inner = (error.errors?.[0] ?? error) as Error & { code?: string }
  return new NoAnswer(inner.code ?? 'FAILED', inner.message || error.message, server)
}

function withoutSecrets(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const copy = { ...headers }
  for (const key of Object.keys(copy)) if (/^(proxy-)?authorization$/i.test(key)) copy[key] = '(removed)'
  return copy
}
