import { UserError } from '../model.ts'
import { plugin } from './name.ts'

const service = /^(svc|services?|services?\.v1\.?)$/i

/**
 * The Service's name from the command's words: `NAME`, `svc/NAME`, `services.v1./NAME` or `svc NAME`.
 * undefined for no word at all. Throws UserError for other types, several Services, and names that no Service can have.
 */
export function resource(words: string[]): string | undefined {
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
function checked(name: string): string {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return name
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
