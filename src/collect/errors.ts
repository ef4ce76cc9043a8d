import { UserError } from '../model.ts'

/** A Kubernetes `Status`, as far as it is used. */
export interface Status {
  reason?: string
  message?: string
  code?: number
}

/** No answer: the connection could not be made, broke, or took too long. `code` is Node's error code or `TIMEOUT`. */
export class NoAnswer extends Error {
  readonly code: string
  readonly server: string
  constructor(code: string, message: string, server: string) {
    super(message)
    this.name = 'NoAnswer'
    this.code = code
    this.server = server
  }
}

/** The Status in an answer's body; proxies answer with HTML or nothing, so anything else becomes a Status of its own. */
export function readStatus(code: number, body: string): Status {
  try {
    const value = JSON.parse(body)
    if (value?.kind === 'Status') return { code, reason: value.reason, message: value.message }
  } catch {
    // Not JSON: an intermediary answered.
  }
  const text = body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
  return { code, message: text || `the server answered HTTP ${code}` }
}

/** kubectl's sentence for a refusal (kubectl pkg/cmd/util/helpers.go StandardErrorMessage). */
export function statusSentence(status: Status): string {
  if (status.code === 401 || status.reason === 'Unauthorized') {
    return 'error: You must be logged in to the server (Unauthorized)'
  }
  const text = status.message ?? `HTTP ${status.code}`
  return status.reason ? `Error from server (${status.reason}): ${text}` : `Error from server: ${text}`
}

const tlsSentences: Record<string, string> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'x509: certificate signed by unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'x509: certificate signed by unknown authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'x509: certificate signed by unknown authority',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'x509: certificate signed by unknown authority',
  CERT_HAS_EXPIRED: 'x509: certificate has expired or is not yet valid',
  CERT_NOT_YET_VALID: 'x509: certificate has expired or is not yet valid',
}

/** kubectl's sentence for a connection that did not come about. */
export function noAnswerSentence(error: NoAnswer): string {
  const host = hostOf(error.server)
  switch (error.code) {
    case 'ECONNREFUSED':
      return `The connection to the server ${host} was refused - did you specify the right host or port?`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `Unable to connect to the server: dial tcp: lookup ${new URL(error.server).hostname}: no such host`
    case 'TIMEOUT':
    case 'ETIMEDOUT':
      return `Unable to connect to the server: ${host}: i/o timeout`
    case 'EHOSTUNREACH':
      return `Unable to connect to the server: dial tcp ${host}: connect: no route to host`
    case 'ENETUNREACH':
      return `Unable to connect to the server: dial tcp ${host}: connect: network is unreachable`
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `Unable to connect to the server: tls: failed to verify certificate: ${error.message}`
    default: {
      const tls = tlsSentences[error.code]
      const why = tls ? `tls: failed to verify certificate: ${tls}` : error.message
      return `Unable to connect to the server: ${why}`
    }
  }
}

/** Next step where kubectl's fallback address was tried for want of any other. */
export const noKubeconfig = 'No kubeconfig was found: set KUBECONFIG or name a file with --kubeconfig.'

/** What the user can do about it, in one sentence. */
function nextStep(error: unknown, unconfigured: boolean): string {
  if (error instanceof NoAnswer) {
    if (unconfigured) return noKubeconfig
    if (tlsSentences[error.code] || error.code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
      return 'Check certificate-authority and tls-server-name of the cluster entry, or name the CA with --certificate-authority.'
    }
    return 'Check the server address of the current context with: kubectl cluster-info'
  }
  const code = (error as Status).code
  if (code === 401) return 'Check the credentials of the current context with: kubectl auth whoami'
  if (code === 403) return 'Ask for this permission, or check it with: kubectl auth can-i --list'
  return 'Check the cluster with: kubectl get --raw /readyz'
}

/** Turns what a request threw, or a refusal's Status, into what is told to the user. Anything else is passed on as it is. */
export function userError(error: unknown, unconfigured = false, next?: string): Error {
  if (error instanceof UserError) return error
  if (error instanceof NoAnswer) return new UserError(noAnswerSentence(error), next ?? nextStep(error, unconfigured))
  if (error instanceof Error) return error
  return new UserError(statusSentence(error as Status), next ?? nextStep(error, unconfigured))
}

function hostOf(server: string): string {
  const url = new URL(server)
  return url.port ? url.host : `${url.host}:${url.protocol === 'https:' ? 443 : 80}`
}
