import { UserError } from '../model.ts'
import { plugin } from './name.ts'

const service = /^(svc|services?|services?\.v1\.?)$/i

/** The Service in question, and the port that clients dial where one was given. */
export interface Asked {
  service: string
  port?: number
}

/**
 * The Service from the command's words: `NAME`, `svc/NAME`, `services.v1./NAME` or `svc NAME`, each with `:PORT` after it or not.
 * undefined for no word at all. Throws UserError for other types, several Services, and names that no Service can have.
 */
export function resource(words: string[]): Asked | undefined {
  if (words.length === 0) return undefined
  if (words.length === 2 && service.test(words[0] ?? '')) return checked(words[1] ?? '')
  if (words.length > 1)
    throw new UserError(`one Service at a time: got ${words.join(' ')}`, `run '${plugin.usage} ${words[0]}' first`)
  const [word = ''] = words
  const slash = word.indexOf('/')
  if (slash < 0) {
    if (service.test(word))
      throw new UserError(
        `"${word}" is a type; the name of the Service is missing`,
        `write '${plugin.usage} ${word}/NAME'`,
      )
    return checked(word)
  }
  const type = word.slice(0, slash)
  const name = word.slice(slash + 1)
  if (!service.test(type))
    throw new UserError(
      `only Services can be debugged, not "${type}"`,
      `pass the Service that selects or routes to ${word}`,
    )
  return checked(name)
}

// A Service's name is a DNS label (RFC 1035; since Kubernetes 1.34 also RFC 1123).
function checked(text: string): Asked {
  const colon = text.indexOf(':')
  const name = colon < 0 ? text : text.slice(0, colon)
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
    return colon < 0 ? { service: name } : { service: name, port: portOf(text.slice(colon + 1), name) }
  const [first = '', second = ''] = name.split('.')
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+\.?$/.test(name))
    throw new UserError(
      `"${name}" is a DNS name, not the name of a Service`,
      `did you mean '${plugin.usage} ${first} -n ${second}'?`,
    )
  throw new UserError(
    `"${name}" cannot be the name of a Service`,
    "use lower-case letters, digits and '-', at most 63 of them",
  )
}

function portOf(text: string, name: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0
  if (port >= 1 && port <= 65535) return port
  throw new UserError(
    `"${text}" is no port number`,
    `write the port that clients dial, like '${plugin.usage} ${name}:8080', or leave it out to try all ports of the Service`,
  )
}
