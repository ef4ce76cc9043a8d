import { blameSome } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-negative-cache',
  title: 'No old "no such name" is remembered for the Service',
  item: 'name',
  needs: ['service', 'dns', 'cells', 'evidence'],
  run({ service, dns, cells, evidence }) {
    const names = cells.filter((cell) => cell.to.kind === 'dns' && failed(cell) !== 'none')
    if (
      names.length === 0 ||
      !names.every((cell) => cell.attempts.every((a) => a.outcome === 'nxdomain' || a.outcome === 'ok'))
    )
      return []
    const at = evidence.bundle.evidence.get(names[0]!.attempts[0]!.proof.path)?.at ?? ''
    const age = (Date.parse(at) - Date.parse(service.metadata.creationTimestamp ?? '')) / 1000
    const corefile = dns.corefile?.text ?? ''
    const domain = dns.domain.replace(/\./g, '\\.')
    const denies = /\bcache\b/.test(corefile) && !new RegExp(`disable denial\\s+.*${domain}`).test(corefile)
    const kept = keptSeconds(corefile)
    // who remembers it longest may have asked a moment before the Service was there
    if (!(age >= 0 && age < kept) || !denies) return []
    return [
      {
        says: `Service ${service.metadata.namespace}/${service.metadata.name} was created ${Math.round(age)} s before the name was asked; CoreDNS still remembers an earlier "no such name".`,
        on: 'configmap kube-system/coredns',
        proof: [
          evidence.proofAt('api/service.json', 'metadata', 'creationTimestamp'),
          evidence.proofAt(dns.corefile!.path, 'data', 'Corefile'),
          names[0]!.attempts[0]!.proof,
        ],
        why: `its cache keeps denials up to ${spell(kept)}; who asks another replica, or later, gets the address`,
        fix: [
          `# wait ${spell(kept - age)} and ask again; or let CoreDNS forget it now:`,
          'kubectl -n kube-system rollout restart deployment coredns',
        ],
        permanent: [`# in the Corefile's cache block: disable denial ${dns.domain}`],
        transient: true,
        explains: blameSome(cells, (cell) => names.includes(cell)),
      },
    ]
  },
})

/**
 * How long a denial is kept, in seconds: the zone's `ttl` (5 unless given), at most the cache's (1800 unless given). Documentation of the
 * CoreDNS plugins kubernetes and cache.
 */
function keptSeconds(corefile: string): number {
  const ttl = Number(/\bttl\s+(\d+)/.exec(corefile)?.[1] ?? 5)
  const cache = /\bcache(?:\s+(\d+))?/.exec(corefile)
  const denial = /\bdenial\s+\d+\s+(\d+)/.exec(corefile)
  return Math.min(ttl, Number(denial?.[1] ?? cache?.[1] ?? 1800))
}

function spell(seconds: number): string {
  return seconds < 120 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} minutes`
}
