import { endpointChain, servicePortName } from '../expect/chain-names.ts'
import type { Proof } from '../model.ts'
import type { Chain, Rule, Table } from '../parse/rule.ts'
import type { NodeState } from '../walk/world.ts'
import { type Drift, rulesOf } from './drift.ts'
import { expectedServices, type Served } from './expected.ts'
import type { Reader } from './reader.ts'
import { dnatOf, jumpOf, matchesAddress, matchesNumber, matchesText } from './rule-words.ts'

/** Compares the nat table of iptables mode with what the Services ask for. */
export function iptablesDrift(state: NodeState, table: Table, served: readonly Served[], r: Reader): Drift[] {
  const drifts: Drift[] = []
  const family = table.family === 'ip6' ? 6 : 4
  const nat = family === 6 ? 'IPv6 nat' : 'nat'
  const cite = (at: Chain | Rule | undefined): Proof[] => [r.proofLine(table.path, at?.line ?? 1)]
  const add = (kind: Drift['kind'], says: string, proof: Proof[], service = '', port = '') =>
    drifts.push({ kind, node: state.name, service, port, says, proof })
  const services = rulesOf(table, 'KUBE-SERVICES')
  const svc = [...table.chains.values()].filter((c) => c.name.startsWith('KUBE-SVC-'))
  const empty =
    services.length === 0 ||
    (svc.length > 0 && svc.every((c) => !c.rules.some((rule) => jumpOf(rule)?.startsWith('KUBE-SEP-'))))
  const jumps = (['PREROUTING', 'OUTPUT', 'POSTROUTING'] as const).filter(
    (base) =>
      !rulesOf(table, base).some(
        (rule) => jumpOf(rule) === (base === 'POSTROUTING' ? 'KUBE-POSTROUTING' : 'KUBE-SERVICES'),
      ),
  )
  if (empty && jumps.length === 3) {
    add(
      'flushed',
      `On ${state.name} kube-proxy's chains in the ${nat} table are there but empty, and nothing jumps to them: the table was flushed.`,
      cite(table.chains.get('KUBE-SERVICES')),
    )
    return drifts
  }
  const WORDS = {
    PREROUTING: 'packets of pods and from outside',
    OUTPUT: "the node's own packets",
    POSTROUTING: 'packets that leave',
  }
  for (const base of jumps)
    add(
      `jump-${base.toLowerCase()}` as Drift['kind'],
      `On ${state.name} the jump from ${nat} ${base} to ${base === 'POSTROUTING' ? 'KUBE-POSTROUTING' : 'KUBE-SERVICES'} is gone: ${WORDS[base]} never meet kube-proxy's rules.`,
      cite(table.chains.get(base)),
    )
  if (
    !jumps.includes('POSTROUTING') &&
    !rulesOf(table, 'KUBE-POSTROUTING').some((rule) => rule.statements.some((s) => s.do === 'masquerade'))
  )
    add(
      'masquerade',
      `On ${state.name} chain KUBE-POSTROUTING${family === 6 ? ' (IPv6)' : ''} has no MASQUERADE rule: packets that are marked for it keep their source.`,
      cite(table.chains.get('KUBE-POSTROUTING')),
    )
  for (const service of expectedServices(served, state.name, family)) {
    const name = `${service.namespace}/${service.name}`
    for (const port of service.ports) {
      const portText = port.name || String(port.port)
      const usable = service.internalLocal ? port.endpoints.filter((e) => e.local) : port.endpoints
      if (usable.length === 0) continue
      const own = port.endpoints.filter((e) => e.local)
      const shut = service.externalLocal && own.length > 0 ? externalDrop(state, table, port.nodePort) : undefined
      if (shut)
        add(
          'unexpected-drop',
          `On ${state.name} kube-proxy says that ${name}:${portText} has no local endpoints, but the API lists ${own.map((e) => e.address).join(', ')} on this node.`,
          [r.proofLine(shut.path, shut.line)],
          name,
          portText,
        )
      const ip = service.clusterIps[0]!
      const entry = services.find(
        (rule) =>
          matchesAddress(rule, 'daddr', ip) &&
          matchesNumber(rule, 'dport', port.port) &&
          matchesText(rule, 'l4proto', port.protocol),
      )
      if (!entry) {
        const dropped = state.ruleSet.tables
          .filter((t) => t.family === table.family && t.name === 'filter')
          .flatMap((t) => rulesOf(t, 'KUBE-SERVICES').map((rule) => ({ t, rule })))
          .find(({ rule }) => matchesAddress(rule, 'daddr', ip) && matchesNumber(rule, 'dport', port.port))
        if (dropped)
          add(
            'unexpected-drop',
            `On ${state.name} kube-proxy says that ${name}:${portText} has no ${service.internalLocal ? 'local ' : ''}endpoints, but the API lists ${usable.map((e) => e.address).join(', ')}.`,
            [r.proofLine(dropped.t.path, dropped.rule.line)],
            name,
            portText,
          )
        else
          add(
            'entry',
            `On ${state.name} chain KUBE-SERVICES has no entry for ${ip}:${port.port}/${port.protocol} (${name}:${portText}).`,
            cite(table.chains.get('KUBE-SERVICES')),
            name,
            portText,
          )
        continue
      }
      const chain = table.chains.get(jumpOf(entry) ?? '')
      const targets = (chain?.rules ?? []).filter((rule) => jumpOf(rule)?.startsWith('KUBE-SEP-'))
      if (!chain || targets.length === 0) {
        add(
          'chain-empty',
          `On ${state.name} chain ${chain?.name ?? jumpOf(entry)} of ${name}:${portText} leads to no endpoint, but there are ${usable.length}.`,
          cite(chain ?? entry),
          name,
          portText,
        )
        continue
      }
      const portName = servicePortName(service.namespace, service.name, port.name)
      const wanted = new Map(usable.map((e) => [endpointChain(portName, port.protocol, e), e]))
      const reached = new Set<string>()
      for (const target of new Set(targets.map((rule) => jumpOf(rule)!))) {
        const sep = table.chains.get(target)
        const dnat = (sep?.rules ?? []).map((rule) => ({ rule, to: dnatOf(rule) })).find(({ to }) => to !== undefined)
        const meant = wanted.get(target)
        const meantText = meant ? `${meant.address}:${meant.port}` : undefined
        if (dnat?.to !== undefined && usable.some((e) => `${e.address}:${e.port}` === dnat.to)) reached.add(dnat.to)
        if (!dnat)
          add(
            'chain-empty',
            `On ${state.name} chain ${target} of ${name}:${portText} has no DNAT rule.`,
            cite(sep ?? chain),
            name,
            portText,
          )
        else if (meantText && dnat.to !== meantText)
          add(
            'endpoint-edited',
            `On ${state.name} the rule for endpoint ${meantText} of ${name}:${portText} leads to ${dnat.to} instead.`,
            cite(dnat.rule),
            name,
            portText,
          )
        else if (!meantText && !usable.some((e) => `${e.address}:${e.port}` === dnat.to))
          add(
            'endpoint-gone',
            `On ${state.name} the rules of ${name}:${portText} still lead to ${dnat.to}, which is no endpoint any more.`,
            cite(dnat.rule),
            name,
            portText,
          )
        const own = dnat?.to?.replace(/:\d+$/, '')
        if (
          sep &&
          own &&
          !sep.rules.some(
            (rule) =>
              matchesAddress(rule, 'saddr', own) &&
              (jumpOf(rule) === 'KUBE-MARK-MASQ' || rule.statements.some((s) => s.do === 'mark')),
          )
        )
          add(
            'hairpin-mark',
            `On ${state.name} chain ${target} lacks the rule that marks packets of ${own} to itself for masquerading.`,
            cite(sep),
            name,
            portText,
          )
      }
      for (const e of usable) {
        const text = `${e.address}:${e.port}`
        if (!reached.has(text) && !drifts.some((d) => d.kind === 'endpoint-edited' && d.says.includes(text)))
          add(
            'endpoint-missing',
            `On ${state.name} no rule of ${name}:${portText} leads to its ready endpoint ${text}.`,
            cite(chain),
            name,
            portText,
          )
      }
      const last = targets.at(-1)!
      const chance = last.statements.find((s) => s.do === 'chance')
      if (chance && chance.do === 'chance' && chance.probability < 1)
        add(
          'endpoint-missing',
          `On ${state.name} the last rule of chain ${chain.name} is taken only with probability ${chance.probability}: the rest of the connections leads nowhere.`,
          cite(last),
          name,
          portText,
        )
    }
  }
  return drifts
}

/** The rule that drops a node port for want of local endpoints (chain KUBE-EXTERNAL-SERVICES), where there is one. */
function externalDrop(state: NodeState, { family }: Table, nodePort: number | undefined) {
  if (nodePort === undefined) return undefined
  return state.ruleSet.tables
    .filter((t) => t.family === family && t.name === 'filter')
    .flatMap((t) => rulesOf(t, 'KUBE-EXTERNAL-SERVICES').map((rule) => ({ path: t.path, line: rule.line, rule })))
    .find(
      ({ rule }) =>
        matchesNumber(rule, 'dport', nodePort) &&
        rule.statements.some((s) => s.do === 'verdict' && s.verdict.verdict === 'drop'),
    )
}
