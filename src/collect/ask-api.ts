import type { Evidence, Question, Trouble } from '../model.ts'
import { NoAnswer, noAnswerSentence, readStatus } from './errors.ts'
import { usefulEvents } from './events.ts'
import type { Http } from './http.ts'
import { redactJson, redactText } from './redact.ts'

export type ApiQuestion = Extract<Question, { reach: 'api' }>

/** Objects a page; lists end after `maxPages`, so that one question cannot take for ever on a huge cluster. */
const pageSize = 500
const maxPages = 40

/**
 * Asks the API server one question. Lists are read page by page and joined; JSON is written with one space of indent so that it can
 * be cited by line. Never rejects but for an abort: what went wrong is the evidence's trouble.
 */
export async function askApi(http: Http, question: ApiQuestion, signal: AbortSignal): Promise<Evidence> {
  const at = new Date().toISOString()
  try {
    const answer = await readAll(http, question.get, signal)
    if ('trouble' in answer) return { question, at, output: '', trouble: answer.trouble }
    return { question, at, output: answer.output }
  } catch (error) {
    if (signal.aborted) throw error
    const trouble = troubleOf(error)
    // Logs come from the kubelet: a silent one is out of the API server's reach.
    const silent = trouble.kind === 'timeout' && /\/log\?/.test(question.get)
    const kubelet = {
      kind: 'unreachable',
      text: 'the API server gets no log from the kubelet: no answer in time',
    } as const
    return { question, at, output: '', trouble: silent ? kubelet : trouble }
  }
}

async function readAll(
  http: Http,
  path: string,
  signal: AbortSignal,
): Promise<{ output: string } | { trouble: Trouble }> {
  let first: { items?: unknown[]; metadata?: { continue?: string } } | undefined
  let next = ''
  for (let page = 0; page < maxPages; page++) {
    const answer = await http({
      path: next === '' ? paged(path) : `${paged(path)}&continue=${encodeURIComponent(next)}`,
      signal,
    })
    if (answer.status === 410 && first !== undefined) {
      // The list changed too much between two pages: start over, without pages.
      const whole = await http({ path, signal })
      return whole.status === 200 ? { output: readable(whole.body) } : { trouble: refusal(whole.status, whole.body) }
    }
    if (answer.status !== 200) return { trouble: refusal(answer.status, answer.body) }
    if (!answer.body.startsWith('{')) return { output: redactText(answer.body) }
    const value = JSON.parse(answer.body)
    if (first === undefined) first = value
    else first.items?.push(...(value.items ?? []))
    next = value.metadata?.continue ?? ''
    if (next === '') break
  }
  if (first?.metadata && next === '') delete first.metadata.continue
  if (first?.items && path.endsWith('/events')) first.items = usefulEvents(first.items)
  return { output: readable(first) }
}

function paged(path: string): string {
  return /\/(log|version|readyz|healthz)\b/.test(path)
    ? path
    : `${path}${path.includes('?') ? '&' : '?'}limit=${pageSize}`
}

function readable(body: unknown): string {
  return `${JSON.stringify(redactJson(typeof body === 'string' ? JSON.parse(body) : body), null, 1)}\n`
}

/** HTTP refusals as trouble; the text is the server's own. */
export function refusal(code: number, body: string): Trouble {
  const status = readStatus(code, body)
  const kinds: Record<number, Trouble['kind']> = {
    401: 'forbidden',
    403: 'forbidden',
    404: 'not-found',
    408: 'timeout',
    504: 'timeout',
  }
  const text = status.message ?? `HTTP ${code}`
  return { kind: kinds[code] ?? (code >= 500 && kubeletGone.test(text) ? 'unreachable' : 'failed'), text }
}

/** The API server's words when it cannot dial a kubelet. */
export const kubeletGone =
  /dial tcp|no route to host|connection refused|i\/o timeout|connection timed out|HTTP response to HTTPS client|tls:|x509:|EOF|proxy error|error trying to reach service/i

/** What a request threw, as trouble. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof NoAnswer) {
    return { kind: error.code === 'TIMEOUT' ? 'timeout' : 'failed', text: noAnswerSentence(error) }
  }
  return { kind: 'failed', text: error instanceof Error ? error.message : String(error) }
}
