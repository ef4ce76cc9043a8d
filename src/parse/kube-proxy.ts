import { type ParsedOne, readLines } from './lines.ts'
import type { HttpAnswer, KubeProxyState, Sample } from './probe.ts'
import { sampleOf } from './prometheus.ts'

type Section = 'healthz' | 'livez' | 'proxyMode' | 'metrics'
const SECTIONS: readonly string[] = ['healthz', 'livez', 'proxyMode', 'metrics'] satisfies Section[]

/**
 * Reads what a node's kube-proxy says of itself: sections `== healthz`, `== livez`, `== proxyMode`, `== metrics`, each with
 * the body that curl got and then a line `rc=<exit> code=<http status> err=<message>`.
 */
export function parseKubeProxy(text: string): ParsedOne<KubeProxyState> {
  const value: KubeProxyState = { noLocalEndpoints: [], samples: [] }
  const answers = new Map<Section, HttpAnswer>()
  let section: Section | undefined
  const { unread, read } = readLines<never>(text, (at) => {
    const raw = at.raw.trim()
    const heading = /^== (\w+)$/.exec(raw)?.[1]
    if (heading !== undefined) {
      section = SECTIONS.includes(heading) ? (heading as Section) : undefined
      if (!section) return `a section ${heading.slice(0, 40)} that is not known`
      answers.set(section, { ...at, body: '' })
      return []
    }
    const answer = section && answers.get(section)
    if (!section || !answer) return 'outside of any section'
    if (/^rc=\d{1,3}( |$)/.test(raw)) {
      conclude(answer, raw)
      return []
    }
    if (section === 'metrics') {
      if (raw.startsWith('#')) return []
      const sample = sampleOf(at)
      if (!sample) return 'not a sample'
      value.samples.push(sample)
      return []
    }
    if (answer.body === '') Object.assign(answer, at)
    answer.body += answer.body === '' ? raw : `\n${raw}`
    return []
  })
  for (const name of ['healthz', 'livez', 'metrics'] as const) {
    const answer = answers.get(name)
    if (answer) value[name] = answer
  }
  const mode = answers.get('proxyMode')
  if (mode && /^[a-z]\w*$/.test(mode.body)) value.mode = { line: mode.line, raw: mode.raw, value: mode.body }
  readSamples(value)
  return { value, unread, read }
}

function conclude(answer: HttpAnswer, raw: string): void {
  answer.exitCode = Number(/^rc=(\d+)/.exec(raw)![1])
  const status = /\bcode=(\d{3})\b/.exec(raw)?.[1]
  if (status !== undefined && status !== '000') answer.status = Number(status)
  const mark = raw.indexOf('err=')
  const error = mark < 0 ? '' : raw.slice(mark + 4).trim()
  if (error !== '') answer.error = error
}

/** kube-proxy's own series (pkg/proxy/metrics); names carry the prefix kubeproxy_sync_proxy_rules_. */
function readSamples(value: KubeProxyState): void {
  const named = (end: string) => value.samples.filter((s) => s.name === `kubeproxy_sync_proxy_rules_${end}`)
  const own = (end: string) => named(end).find((s) => s.labels.get('ip_family') !== 'IPv6') ?? named(end)[0]
  const most = (end: string) =>
    named(end).reduce<Sample | undefined>((a, b) => (a && a.value >= b.value ? a : b), undefined)
  const lastSync = own('last_timestamp_seconds')
  const lastQueued = own('last_queued_timestamp_seconds')
  const restoreFailures = most('iptables_restore_failures_total')
  const syncFailures = most('nftables_sync_failures_total')
  if (lastSync) value.lastSync = lastSync
  if (lastQueued) value.lastQueued = lastQueued
  if (restoreFailures) value.restoreFailures = restoreFailures
  if (syncFailures) value.syncFailures = syncFailures
  value.noLocalEndpoints = named('no_local_endpoints_total')
}
