import { blameSome } from '../facts/blame.ts'
import { configMapBlockFix, configMapLineFix } from '../facts/config-fix.ts'
import { answersInstead, hostsLine, type Plugin, pluginsOf, turnsAway } from '../facts/corefile.ts'
import type { Cell, Outcome } from '../model.ts'
import { check } from './check.ts'

/** Answers: somebody was reached, and said something else than the Service's address. */
const ANSWERS: readonly Outcome[] = ['nxdomain', 'servfail', 'dns-refused', 'no-data', 'wrong-answer']

export default check({
  id: 'dns-corefile-override',
  title: "No plugin of the Corefile speaks in the place of the cluster's records",
  item: 'cluster-dns',
  needs: ['dns', 'service', 'nodes', 'cells', 'evidence'],
  leadsTo: ['dns-negative-cache'],
  applies: ({ dns }) => (dns.corefile ? true : 'there is no Corefile to read'),
  run({ dns, service, nodes, cells, evidence }) {
    const { name, namespace } = service.metadata
    const full = `${name}.${namespace}.svc.${dns.domain}`
    const wrong = (cell: Cell) => cell.attempts.every(({ outcome }) => ANSWERS.includes(outcome))
    // of CoreDNS itself, so that no path and no other nameserver lies between
    const straight = cells.filter((cell) => cell.to.kind === 'dns' && cell.to.pod !== undefined && wrong(cell))
    if (straight.length === 0) return []
    const fault = (line: string, says: string, why: string, remove: string, explains: string[]) => ({
      says,
      on: 'configmap kube-system/coredns',
      proof: [evidence.proofAt(dns.corefile!.path, 'data', 'Corefile'), straight[0]!.attempts[0]!.proof],
      near: `the line of the Corefile: ${line}`,
      why,
      fix: [
        remove,
        'kubectl -n kube-system rollout restart deployment coredns',
        'kubectl -n kube-system rollout status deployment coredns',
      ],
      explains,
    })
    const asked = (cell: Cell) => cell.to.kind === 'dns' && wrong(cell)
    return pluginsOf(dns.corefile!.text).flatMap((plugin) => {
      const how = answersInstead(plugin, full)
      if (how !== undefined) {
        const entry = plugin.words[0] === 'hosts' ? hostsLine(plugin, full) : undefined
        return [
          fault(
            entry ?? plugin.line,
            `CoreDNS does not look ${full} up among the Services: a plugin of its Corefile ${how}.`,
            "plugins are asked before the cluster's own records; names that they do not speak for are answered rightly",
            entry === undefined ? removal(plugin) : configMapLineFix('kube-system', 'coredns', entry),
            blameSome(cells, asked),
          ),
        ]
      }
      const away = nodes.filter(({ podCidrs, addresses }) =>
        turnsAway(plugin, [...podCidrs, ...addresses.map((ip) => `${ip}/${ip.includes(':') ? 128 : 32}`)]),
      )
      const line =
        away.length > 0
          ? turnsAway(
              plugin,
              away.flatMap(({ podCidrs }) => podCidrs),
            )
          : undefined
      if (line === undefined) return []
      const from = new Set(away.map((node) => node.name))
      return [
        fault(
          line,
          `CoreDNS turns clients on ${[...from].join(', ')} away: acl in its Corefile says ${line}.`,
          'the acl looks at the address of who asks; all others are answered',
          removal(plugin),
          blameSome(
            cells,
            (cell) =>
              ['dns', 'dns-server', 'external-name'].includes(cell.to.kind) && from.has(cell.from.node) && wrong(cell),
          ),
        ),
      ]
    })
  },
})

/** The command that takes a plugin out of the Corefile. */
function removal({ line }: Plugin): string {
  const fix = line.endsWith('{') ? configMapBlockFix : configMapLineFix
  return fix('kube-system', 'coredns', line)
}
