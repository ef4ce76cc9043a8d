/** Annotations whose values are needed: Kubernetes' own, the CNIs', the load balancers' and the meshes'. Other values may be anything. */
const keptAnnotation =
  /(^|\.)(kubernetes\.io|k8s\.io|coreos\.com|projectcalico\.org|cilium\.io|ovn\.org|metallb\.io|metallb\.universe\.tf|istio\.io|linkerd\.io|kube-vip\.io|amazonaws\.com|azure\.com)\//
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'
const proxyVariable = /^(https?|no)_proxy$/i
const secretArgument = /((?:^|--?)[\w.-]*(?:password|passwd|secret|token|api-?key|credential)[\w.-]*[=:])(\S+)/gi

/** Bulk that decides nothing: with the volumes half of a pod, nine tenths of a node. */
const bulk = new Set(['managedFields', 'volumeMounts', 'images'])

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/**
 * Takes secrets and bulk out of an API object or list before it becomes evidence: managedFields, last-applied-configuration, values of
 * environment variables (but *_proxy), values of foreign annotations, secret-looking arguments. Names and addresses stay.
 */
export function redactJson(value: unknown): unknown {
  return redact(value as Json)
}

function redact(value: Json): Json {
  if (typeof value === 'string') return redactText(value)
  if (Array.isArray(value)) return value.map(redact)
  if (value === null || typeof value !== 'object') return value
  const copy: { [key: string]: Json } = {}
  for (const [key, item] of Object.entries(value)) {
    if (bulk.has(key)) continue
    if (key === 'volumes' && Array.isArray(item)) Object.assign(copy, configMaps(item))
    else if (key === 'annotations' && isMap(item)) copy[key] = redactAnnotations(item)
    else if (key === 'env' && Array.isArray(item)) copy[key] = item.map(redactVariable)
    else if ((key === 'args' || key === 'command') && Array.isArray(item)) copy[key] = item.map(redactArgument)
    else copy[key] = redact(item)
  }
  return copy
}

/** Of volumes only the names of the ConfigMaps among them: they say which configuration an agent has. */
function configMaps(volumes: Json[]): { volumes?: Json[] } {
  const found = volumes.flatMap((volume): Json[] => {
    const map = isMap(volume) ? volume['configMap'] : undefined
    return isMap(map) ? [{ configMap: { name: map['name'] ?? '' } }] : []
  })
  return found.length > 0 ? { volumes: found } : {}
}

function isMap(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function redactAnnotations(annotations: { [key: string]: Json }): Json {
  const copy: { [key: string]: Json } = {}
  for (const [key, value] of Object.entries(annotations)) {
    if (key === lastApplied) continue
    copy[key] = keptAnnotation.test(key) ? redact(value) : '(removed)'
  }
  return copy
}

function redactVariable(variable: Json): Json {
  if (!isMap(variable) || typeof variable.value !== 'string') return redact(variable)
  const name = String(variable.name)
  return { ...variable, value: proxyVariable.test(name) ? withoutCredentials(variable.value) : '(removed)' }
}

function redactArgument(argument: Json): Json {
  return typeof argument === 'string' ? redactText(argument.replace(secretArgument, '$1(removed)')) : redact(argument)
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@\s]*@/, '//(removed)@')
}

/** Takes private keys, bearer tokens and passwords in URLs out of any text (logs, ConfigMap values, command output). Keeps the lines. */
export function redactText(text: string): string {
  // Every repetition is bounded: an unbounded one takes quadratic time on long lines.
  return withoutPrivateKeys(text)
    .replace(/\beyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{1,2000}/g, '(removed)')
    .replace(/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^/@\s:"']{1,256}:[^/@\s"']{1,256}@/gi, '$1(removed)@')
}

function withoutPrivateKeys(text: string): string {
  const begin = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g
  const end = /-----END [A-Z ]{0,40}PRIVATE KEY-----/g
  let clean = ''
  let from = 0
  for (let head = begin.exec(text); head !== null; head = begin.exec(text)) {
    end.lastIndex = begin.lastIndex
    if (end.exec(text) === null) break
    clean += text.slice(from, head.index) + text.slice(head.index, end.lastIndex).replace(/[^\n]+/g, '(removed)')
    from = end.lastIndex
    begin.lastIndex = from
  }
  return clean + text.slice(from)
}
