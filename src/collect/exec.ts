import { Writable } from 'node:stream'
import type { Auth } from './auth.ts'
import { NoAnswer, readStatus, type Status } from './errors.ts'

export interface ExecResult {
  stdout: Buffer
  stderr: Buffer
  /** Exit code of the command; absent when the connection ended before the server said it. */
  code?: number
  /** The server's words where the command did not even start. */
  why?: string
}

export interface ExecRequest {
  /** `namespace/name` */
  pod: string
  container?: string
  command: string[]
  /** Milliseconds for everything. */
  timeout: number
  signal: AbortSignal
}

/** The server refused to run the command at all. */
export class ExecRefused extends Error {
  readonly status: Status
  constructor(status: Status) {
    super(status.message ?? `HTTP ${status.code}`)
    this.name = 'ExecRefused'
    this.status = status
  }
}

/** Version 5 adds frames that close one stream; client-node 2.0 throws on them out of anyone's reach. Every server speaks 4. */
const protocol = 'v4.channel.k8s.io'

/** What client-node hands to our socket: the `ws` options. */
type SocketFactory = ConstructorParameters<
  typeof import('@kubernetes/client-node/dist/web-socket-handler.js').WebSocketHandler
>[1]

/**
 * Runs a command in a container over the exec WebSocket. client-node's Exec has no limit, no abort, and loses both the body of a
 * refusal and the end of a broken connection, so the socket is ours. Throws ExecRefused, NoAnswer, or the signal's reason.
 */
export async function execInPod(auth: Auth, server: string, request: ExecRequest): Promise<ExecResult> {
  const { Exec, WebSocketHandler } = await import('./client-node.ts')
  const { default: WebSocket } = await import('ws')
  const config = await auth.kubeConfig()
  const { headers } = await auth.requestOptions()
  const slash = request.pod.indexOf('/')
  const [stdout, stderr] = [collector(), collector()]

  return new Promise<ExecResult>((resolve, reject) => {
    let socket: InstanceType<typeof WebSocket> | undefined
    let ended = false
    const end = (finish: () => void) => {
      if (ended) return
      ended = true
      clearTimeout(timer)
      request.signal.removeEventListener('abort', abort)
      socket?.terminate()
      finish()
    }
    const result = () => ({ stdout: stdout.bytes(), stderr: stderr.bytes() })
    // What came so far is kept: a silent nameserver alone may take half a minute.
    const late = () => {
      const why = `exec gave no result within ${request.timeout / 1000} s`
      const so = result()
      end(() => (so.stdout.length > 0 ? resolve({ ...so, why }) : reject(new NoAnswer('TIMEOUT', why, server))))
    }
    const timer = setTimeout(late, request.timeout)
    const abort = () => end(() => reject(request.signal.reason))
    request.signal.addEventListener('abort', abort, { once: true })
    if (request.signal.aborted) return abort()

    const factory = ((uri: string, _protocols: string[], options: object) => {
      const made = new WebSocket(uri, [protocol], {
        ...options,
        headers: { ...(options as { headers?: object }).headers, ...headers },
        handshakeTimeout: request.timeout,
      })
      socket = made
      made.on('unexpected-response', (_, response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const status = readStatus(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8'))
          end(() => reject(new ExecRefused(status)))
        })
      })
      made.on('error', (error: Error & { code?: string }) =>
        end(() => reject(new NoAnswer(error.code ?? 'FAILED', error.message, server))),
      )
      // Closed without a status: the output so far is all there will be.
      made.on('close', () => end(() => resolve(result())))
      return made
    }) as unknown as NonNullable<SocketFactory>

    const handler = new WebSocketHandler(config, factory)
    new Exec(config, handler)
      .exec(
        request.pod.slice(0, slash),
        request.pod.slice(slash + 1),
        request.container as string,
        request.command,
        stdout.stream,
        stderr.stream,
        null,
        false,
        (status) => end(() => resolve({ ...result(), ...outcome(status as ExecStatus) })),
      )
      .catch((error: Error) =>
        end(() => reject(new NoAnswer('FAILED', error.message ?? 'the connection failed', server))),
      )
  })
}

interface ExecStatus extends Status {
  status?: string
  details?: { causes?: { reason?: string; message?: string }[] }
}

/** The last message of the protocol: the exit code, or why the command could not be started. */
function outcome(status: ExecStatus): { code?: number; why?: string } {
  if (status.status === 'Success') return { code: 0 }
  const cause = status.details?.causes?.find((item) => item.reason === 'ExitCode')
  return cause?.message === undefined
    ? { why: status.message ?? status.reason ?? 'no reason was given' }
    : { code: Number(cause.message) }
}

function collector(): { stream: Writable; bytes: () => Buffer } {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  return { stream, bytes: () => Buffer.concat(chunks) }
}
