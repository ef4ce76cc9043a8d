import assert from 'node:assert/strict'
import { NoAnswer, noAnswerSentence, readStatus, statusSentence, userError } from '../../src/collect/errors.ts'
import { UserError } from '../../src/model.ts'

const server = 'https://api.example.com'
const sentences: [code: string, says: RegExp][] = [
  [
    'ECONNREFUSED',
    /^The connection to the server api\.example\.com:443 was refused - did you specify the right host or port\?$/,
  ],
  ['ENOTFOUND', /^Unable to connect to the server: dial tcp: lookup api\.example\.com: no such host$/],
  ['TIMEOUT', /i\/o timeout$/],
  ['EHOSTUNREACH', /no route to host$/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /tls: failed to verify certificate: x509: certificate signed by unknown authority$/],
  ['CERT_HAS_EXPIRED', /x509: certificate has expired or is not yet valid$/],
  ['EPROTO', /^Unable to connect to the server: words of the library$/],
]

describe('error sentences', () => {
  for (const [code, says] of sentences) {
    it(`for ${code} are kubectl's`, () => {
      assert.match(noAnswerSentence(new NoAnswer(code, 'words of the library', server)), says)
    })
  }

  it('for refusals are kubectl’s', () => {
    const message = 'services "x" not found'
    assert.equal(statusSentence({ code: 404, reason: 'NotFound', message }), `Error from server (NotFound): ${message}`)
    assert.equal(statusSentence({ code: 401 }), 'error: You must be logged in to the server (Unauthorized)')
    assert.equal(statusSentence(readStatus(502, '<html>Bad Gateway</html>')), 'Error from server: Bad Gateway')
    assert.equal(statusSentence(readStatus(500, '')), 'Error from server: the server answered HTTP 500')
  })

  it('come with a next step that fits', () => {
    const next = (error: unknown, unconfigured = false) => (userError(error, unconfigured) as UserError).next
    assert.match(next(new NoAnswer('ECONNREFUSED', '', server), true), /--kubeconfig/)
    assert.match(next(new NoAnswer('CERT_HAS_EXPIRED', '', server)), /certificate-authority/)
    assert.match(next({ code: 403, reason: 'Forbidden' }), /auth can-i/)
    assert.match(next({ code: 401 }), /whoami/)
  })

  it('leave other errors as they are', () => {
    const bug = new TypeError('bug')
    assert.equal(userError(bug), bug)
    const known = new UserError('a', 'b')
    assert.equal(userError(known), known)
  })
})
