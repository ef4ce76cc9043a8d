import type { Attempt, Cell, Destination, Outcome, Proof, Vantage } from '../model.ts'
import { parseConnect } from '../parse/connect.ts'
import { parseDialled } from '../parse/dialled.ts'
import { parseDig } from '../parse/dig.ts'
import { parsePing } from '../parse/ping.ts'
import type { Try } from '../parse/probe.ts'
import type { PortTargets } from './endpoints.ts'
import type { Service } from './kube.ts'
import type { Reader } from './reader.ts'

/** What the cells are joined with, to say which object an address belongs to. */
export interface Directory {
  service?: Service
  /** The Service's names as a resolver may ask them, lower case, without a final dot. */
  serviceNames: string[]
  ports: PortTargets[]
  /** Node by address. */
  nodes: Map<string, string>
  /** `namespace/name` and node by pod address. */
  pods: Map<string, { name: string; node: string }>
}

/** A vantage as it is written in a cell's id and shown to people. */
export function vantageText(from: Vantage): string {
  if (from.kind === 'endpoint') return `endpoint ${from.pod}`
  if (from.kind === 'api') return 'api'
  return `${from.kind}@${from.node}`
}

/** A destination as it is written in a cell's id. */
export function destinationText(to: Destination): string {
  const where =
    to.ip === undefined
      ? ''
      : ` ${to.ip.includes(':') ? `[${to.ip}]` : to.ip}${to.port === undefined ? '' : `:${to.port}`}`
  return `${to.kind}${to.variant ? `:${to.variant}` : ''}${to.name ? ` ${to.name}` : ''}${where}${to.protocol ? `/${to.protocol}` : ''}`
}

/** Everything that was tried, as the failure matrix: one cell per vantage and destination, in the order of the evidence. */
export function cellsFact(r: Reader, directory: Directory): Cell[] {
  const cells = new Map<string, Cell>()
  const add = (from: Vantage, to: Destination, attempt: Attempt) => {
    const id = `${vantageText(from)} > ${destinationText(to)}`
    const cell = cells.get(id)
    if (cell) cell.attempts.push(attempt)
    else cells.set(id, { id, from, to, attempts: [attempt] })
  }
  for (const path of r.bundle.evidence.keys()) {
    const from = vantageOf(path, directory)
    if (!from || r.bundle.evidence.get(path)?.trouble) continue
    const text = r.bundle.evidence.get(path)!.output
    const proof = (line: number): Proof => r.proofLine(path, line)
    if (/\/(connect|hairpin)\.txt$/.test(path))
      for (const t of parseConnect(text).items)
        add(from, destinationOf(t, directory), attemptOf(t, proof(t.line), directory))
    else if (path.endsWith('/dialled.txt'))
      for (const t of parseDialled(text).tries)
        add(from, destinationOf(t, directory), attemptOf(t, proof(t.line), directory))
    else if (path.endsWith('/dns.txt')) {
      const { queries, lookups } = parseDig(text)
      for (const q of queries) {
        const name = q.name.replace(/\.$/, '').toLowerCase()
        const own = directory.serviceNames.includes(name)
        const to: Destination = {
          kind: own ? 'dns' : q.form === 'external' ? 'external-name' : 'dns-server',
          name,
          ip: q.server,
          port: 53,
          protocol: q.protocol,
          variant: q.type === 'A' ? q.form : `${q.form}-${q.type}`,
        }
        const pod = directory.pods.get(q.server)
        if (pod) Object.assign(to, { node: pod.node, pod: pod.name })
        const outcome = own && q.type === 'A' ? answered(q.outcome, q.answers, directory.service) : q.outcome
        add(from, to, {
          outcome,
          seconds: (q.milliseconds ?? 0) / 1000,
          detail: q.status ?? q.raw.trim(),
          proof: proof(q.line),
        })
      }
      for (const g of lookups)
        add(
          from,
          {
            kind: directory.serviceNames.some((n) => n.startsWith(g.name.replace(/\.$/, ''))) ? 'dns' : 'external-name',
            name: g.name,
            variant: 'getent',
          },
          {
            outcome: g.outcome === 'ok' || g.outcome === 'late' ? looked(g, directory.service) : g.outcome,
            seconds: g.seconds ?? 0,
            detail: g.addresses.join(' '),
            proof: proof(g.line),
          },
        )
    } else if (path.endsWith('/ping.txt'))
      for (const p of parsePing(text).items) {
        const pod = directory.pods.get(p.target)
        const node = directory.nodes.get(p.target) ?? pod?.node
        const to: Destination = {
          kind: directory.nodes.has(p.target) ? 'node' : 'pod-gateway',
          ip: p.target,
          protocol: 'icmp',
        }
        if (p.size !== undefined) to.variant = String(p.size)
        if (node) to.node = node
        if (pod) to.pod = pod.name
        const outcome: Outcome = p.received > 0 ? 'ok' : pingOutcome(p.errors[0]?.says)
        add(from, to, { outcome, seconds: (p.milliseconds ?? 0) / 1000, detail: p.raw.trim(), proof: proof(p.line) })
      }
  }
  const pending = directory.service && noAddress(directory.service)
  if (pending)
    add(
      { kind: 'api', node: '' },
      { kind: 'load-balancer' },
      {
        outcome: 'no-data',
        seconds: 0,
        detail: 'no address',
        proof: r.proofAt('api/service.json', 'status', 'loadBalancer'),
      },
    )
  return [...cells.values()]
}

/** A LoadBalancer Service that nobody has given an address: there is nothing to try, which is the failure. */
function noAddress(service: Service): boolean {
  return service.spec.type === 'LoadBalancer' && (service.status?.loadBalancer?.ingress ?? []).length === 0
}

function pingOutcome(error: string | undefined): Outcome {
  // a size that is refused with notice is no black hole
  if (error === 'too-long' || error === 'frag-needed') return 'ok'
  if (error === 'host-unreachable' || error === 'admin-prohibited' || error === 'ttl-exceeded') return 'no-route'
  if (error === 'net-unreachable') return 'net-unreachable'
  if (error === 'invalid') return 'invalid'
  if (error === 'denied') return 'denied'
  return error === undefined ? 'timeout' : 'other'
}

/** Who asked: from the bundle path alone. */
function vantageOf(path: string, directory: Directory): Vantage | undefined {
  const [kind, first, second] = path.split('/')
  if (kind === 'clients') return { kind: 'client', node: first! }
  if (kind === 'nodes') return { kind: 'host', node: first! }
  if (kind !== 'pods') return undefined
  const pod = `${first}/${second}`
  const node = [...directory.pods.values()].find((p) => p.name === pod)?.node ?? ''
  return { kind: 'endpoint', node, pod }
}

function destinationOf(t: Try, directory: Directory): Destination {
  const to: Destination = { kind: t.kind, ip: t.ip, port: t.port, protocol: t.protocol }
  if (t.variant) to.variant = t.variant
  const pod = directory.pods.get(t.ip)
  const node = directory.nodes.get(t.ip) ?? pod?.node
  if (node) to.node = node
  if (pod) to.pod = pod.name
  const port = directory.ports.find((p) =>
    t.kind === 'endpoint'
      ? p.protocol === t.protocol && p.targets.some((x) => x.endpoint.address === t.ip && x.port === t.port)
      : t.kind === 'node-port'
        ? p.protocol === t.protocol && p.port.nodePort === t.port
        : p.protocol === t.protocol && p.port.port === t.port,
  )
  if (port) {
    to.servicePort = port.name || String(port.port.port)
    const target = t.kind === 'endpoint' ? port.targets.find((x) => x.endpoint.address === t.ip)?.endpoint : undefined
    if (target?.node) to.node = target.node
    if (target?.pod) to.pod = target.pod
  }
  return to
}

function attemptOf(t: Try, proof: Proof, directory: Directory): Attempt {
  // a refusal shows that the address leads to somebody
  const held = t.variant === 'holder' && (t.outcome === 'refused' || t.outcome === 'reset')
  // a TLS server answers plain HTTP with one refusal (400); any other answer comes from somebody else
  const stranger =
    (t.kind === 'node' || t.kind === 'api-endpoint') &&
    t.outcome === 'ok' &&
    !t.variant &&
    t.status !== undefined &&
    t.status !== 0 &&
    t.status !== 400
  // the port is said to speak HTTP, and who listens wants TLS: no client of such a port gets on
  const tls = WANTS_TLS.test(t.detail) && saysHttp(t, directory)
  return {
    outcome: held ? 'ok' : stranger || tls ? 'wrong-answer' : t.outcome,
    seconds: t.seconds,
    detail: t.detail,
    proof,
  }
}

/** What a TLS server says to a client that speaks plain HTTP (Go, nginx, Apache). */
export const WANTS_TLS = /HTTP request (was )?(sent )?to (an? )?HTTPS (server|port)/i

/** Whether the Service's port of a try is declared as plain HTTP: by appProtocol, its name, or the well-known number. */
function saysHttp(t: Try, directory: Directory): boolean {
  const item = directory.ports.find(
    ({ port, targets }) =>
      port.port === t.port ||
      port.nodePort === t.port ||
      targets.some((x) => x.endpoint.address === t.ip && x.port === t.port),
  )
  if (!item) return false
  const { appProtocol, name, port } = item.port
  return appProtocol ? /^http$/i.test(appProtocol) : name ? /^http(-|$)/.test(name) : port === 80
}

/** An answer that is not the Service's address is a wrong one (headless Services answer with pods: any address counts). */
function answered(outcome: Outcome, answers: { type: string; data: string }[], service: Service | undefined): Outcome {
  const ips = service?.spec.clusterIPs ?? (service?.spec.clusterIP ? [service.spec.clusterIP] : [])
  if (outcome !== 'ok' || ips.length === 0 || ips.includes('None')) return outcome
  const data = answers.filter((a) => a.type === 'A' || a.type === 'AAAA').map((a) => a.data)
  if (data.length === 0) return 'no-data'
  return data.some((ip) => ips.includes(ip)) ? 'ok' : 'wrong-answer'
}

/** A look-up that gave an address of its own: a hosts file or another resolver spoke. Headless Services answer with pods: any counts. */
function looked(lookup: { outcome: Outcome; addresses: string[] }, service: Service | undefined): Outcome {
  const ips = service?.spec.clusterIPs ?? (service?.spec.clusterIP ? [service.spec.clusterIP] : [])
  if (ips.length === 0 || ips.includes('None') || service?.spec.type === 'ExternalName') return lookup.outcome
  return lookup.addresses.some((ip) => ips.includes(ip)) ? lookup.outcome : 'wrong-answer'
}

/** glibc's and musl's time-out for one nameserver, less a little: a look-up that took this long had a silent server before the one that answered. */
const SILENT_SERVER = 4.5

/** Whether a try failed. A late connect counts only where nothing else is slow: for a pod that calls itself. */
export function attemptFailed(cell: Cell, attempt: Attempt): boolean {
  if (attempt.outcome !== 'late') return attempt.outcome !== 'ok'
  return cell.to.kind === 'hairpin' || (cell.to.variant === 'getent' && attempt.seconds >= SILENT_SERVER)
}

/** `all`: no try came through; `some`: a share failed; `none`. */
export function failed(cell: Cell): 'all' | 'some' | 'none' {
  const bad = cell.attempts.filter((a) => attemptFailed(cell, a)).length
  return bad === 0 ? 'none' : bad === cell.attempts.length ? 'all' : 'some'
}
