import type { Proof } from '../model.ts'
import type { Chain, NamedSet, Table } from '../parse/rule.ts'
import type { NodeState } from '../walk/world.ts'
import type { Drift } from './drift.ts'
import { expectedServices, type Served } from './expected.ts'
import type { Reader } from './reader.ts'
import { dnatTargets, literalText, matchesAddress, tupleIs } from './rule-words.ts'

/** Compares table kube-proxy of nftables mode with what the Services ask for. */
export function nftDrift(state: NodeState, table: Table, served: readonly Served[], r: Reader): Drift[] {
  const drifts: Drift[] = []
  const cite = (line: number): Proof[] => [r.proofLine(table.path, line)]
  const add = (kind: Drift['kind'], says: string, line: number, service = '', port = '') =>
    drifts.push({ kind, node: state.name, service, port, says, proof: cite(line) })
  const ips = table.sets.get('service-ips')
  const masquerading = table.chains.get('masquerading')
  if (masquerading && !masquerading.rules.some((rule) => rule.statements.some((s) => s.do === 'masquerade')))
    add(
      'masquerade',
      `On ${state.name} chain masquerading of table kube-proxy has no masquerade rule: packets that are marked for it keep their source.`,
      masquerading.line,
    )
  const opened = table.sets.get('nodeport-ips')
  if (opened && !opened.incomplete && !opensOwnAddress(state, opened)) {
    const addresses = opened.elements.map(({ key }) => literalText(key)).join(', ')
    add(
      'node-address',
      `On ${state.name} kube-proxy opens node ports on no address of ${state.name}${addresses ? `, only on ${addresses}` : ''}.`,
      opened.line,
    )
  }
  for (const service of expectedServices(served, state.name, table.family === 'ip6' ? 6 : 4)) {
    const name = `${service.namespace}/${service.name}`
    for (const port of service.ports) {
      const portText = port.name || String(port.port)
      const usable = service.internalLocal ? port.endpoints.filter((e) => e.local) : port.endpoints
      if (usable.length === 0) continue
      const ip = service.clusterIps[0]!
      const element = ips?.elements.find((e) => tupleIs(e.key, [ip, port.protocol, String(port.port)]))
      if (!element?.value || !('verdict' in element.value)) {
        const none = table.sets
          .get('no-endpoint-services')
          ?.elements.find((e) => tupleIs(e.key, [ip, port.protocol, String(port.port)]))
        if (none)
          add(
            'unexpected-drop',
            `On ${state.name} kube-proxy says that ${name}:${portText} has no endpoints, but the API lists ${usable.map((e) => e.address).join(', ')}.`,
            none.line ?? 1,
            name,
            portText,
          )
        else
          add(
            'entry',
            `On ${state.name} map service-ips of table kube-proxy has no element for ${ip} . ${port.protocol} . ${port.port} (${name}:${portText}).`,
            ips?.line ?? 1,
            name,
            portText,
          )
        continue
      }
      const verdict = element.value.verdict
      const chain =
        verdict === 'goto' || verdict === 'jump'
          ? table.chains.get((element.value as { chain: string }).chain)
          : undefined
      const found = chain ? targetsOf(table, chain, new Set()) : []
      if (!chain || found.length === 0) {
        add(
          'chain-empty',
          `On ${state.name} chain ${chain?.name ?? '(missing)'} of ${name}:${portText} leads to no endpoint, but there are ${usable.length}.`,
          chain?.line ?? element.line ?? 1,
          name,
          portText,
        )
        continue
      }
      const wanted = new Set(usable.map((e) => `${e.address}:${e.port}`))
      for (const { to, chain: at, line } of found) {
        const meant = at.name.match(/__([^/]+)\/(\d+)$/)
        const meantText = meant ? `${meant[1]}:${meant[2]}` : undefined
        if (meantText && wanted.has(meantText) && to !== meantText)
          add(
            'endpoint-edited',
            `On ${state.name} the rule for endpoint ${meantText} of ${name}:${portText} leads to ${to} instead.`,
            line,
            name,
            portText,
          )
        else if (!wanted.has(to))
          add(
            'endpoint-gone',
            `On ${state.name} the rules of ${name}:${portText} still lead to ${to}, which is no endpoint any more.`,
            line,
            name,
            portText,
          )
        const own = to.replace(/:\d+$/, '')
        const hairpins = table.sets.get('hairpin-connections')
        if (
          at.name.startsWith('endpoint-') &&
          !hairpins &&
          !at.rules.some((rule) => matchesAddress(rule, 'saddr', own))
        )
          add(
            'hairpin-mark',
            `On ${state.name} chain ${at.name} lacks the rule that marks packets of ${own} to itself for masquerading.`,
            at.line,
            name,
            portText,
          )
      }
      for (const text of wanted)
        if (
          !found.some((f) => f.to === text) &&
          !drifts.some((d) => d.kind === 'endpoint-edited' && d.says.includes(text))
        )
          add(
            'endpoint-missing',
            `On ${state.name} no rule of ${name}:${portText} leads to its ready endpoint ${text}.`,
            chain.line,
            name,
            portText,
          )
    }
  }
  return drifts
}

/** Every `address:port` that a chain of nftables mode can translate to, with where it says so. */
function targetsOf(table: Table, chain: Chain, seen: Set<string>): { to: string; chain: Chain; line: number }[] {
  if (seen.has(chain.name)) return []
  seen.add(chain.name)
  const follow = (name: string) => (table.chains.get(name) ? targetsOf(table, table.chains.get(name)!, seen) : [])
  return chain.rules.flatMap((rule) =>
    rule.statements.flatMap((s) => {
      if (s.do === 'dnat') return dnatTargets(s).map((to) => ({ to, chain, line: rule.line }))
      if (s.do === 'verdict' && (s.verdict.verdict === 'jump' || s.verdict.verdict === 'goto'))
        return follow(s.verdict.chain)
      if (s.do !== 'vmap') return []
      const elements =
        'inline' in s.map ? s.map.inline : 'named' in s.map ? (table.sets.get(s.map.named)?.elements ?? []) : []
      return elements.flatMap((e) =>
        e.value && 'verdict' in e.value && (e.value.verdict === 'goto' || e.value.verdict === 'jump')
          ? follow(e.value.chain)
          : [],
      )
    }),
  )
}

/** Whether kube-proxy opens node ports on any address that the node has; taken for true where these were not read. */
function opensOwnAddress({ addresses }: NodeState, { elements }: NamedSet): boolean {
  if ('missing' in addresses) return true
  const opened = new Set(elements.map(({ key }) => literalText(key)))
  return addresses.value.some(({ address }) => opened.has(address))
}
