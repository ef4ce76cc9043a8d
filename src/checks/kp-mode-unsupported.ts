import { PROXY_NEEDS, proxyCases } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-mode-unsupported',
  title: "The node's kernel can do what kube-proxy's mode needs",
  item: 'kube-proxy',
  needs: [...PROXY_NEEDS, 'logs'],
  leadsTo: ['kp-not-running', 'kp-stopped-rules-remain', 'kp-crashloop'],
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const fatal = facts.logs
        .filter((l) => l.pod === c.pod)
        .flatMap(
          (l) => l.last(/can't use the \w+ proxier|Ipvs not supported|nftables.*(not supported|kernel)/i) ?? [],
        )[0]
      if (c.speaks || !fatal) return []
      const mode = fatal.quote?.match(/ipvs/i) ? 'ipvs' : 'nftables'
      return [
        {
          says: `kube-proxy on ${c.node} cannot start in ${mode} mode, which the node's kernel does not support; its rules are old: ${c.drifts[0]!.says.replace(/^On \S+ /, '')}`,
          on: c.node,
          proof: [fatal, ...c.drifts.flatMap((d) => d.proof)],
          why: 'the rules of its predecessor stay as they were, so new or moved endpoints are not reached from this node',
          fix: [
            `kubectl -n kube-system get configmap kube-proxy -o yaml | sed 's/mode: ${mode}/mode: iptables/' | kubectl replace -f -`,
            `kubectl -n kube-system delete pod ${c.pod}`,
          ],
          permanent: [
            mode === 'ipvs'
              ? '# or load the modules at boot: ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh nf_conntrack in /etc/modules-load.d (IPVS mode is deprecated since 1.35)'
              : '# nftables mode needs a kernel of 5.13 or later',
          ],
          explains: c.explains,
          change: c.change,
        },
      ]
    })
  },
})
