import { PROXY_NEEDS, proxyCases } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-crashloop',
  title: 'kube-proxy starts',
  item: 'kube-proxy',
  needs: [...PROXY_NEEDS, 'logs', 'evidence'],
  leadsTo: ['kp-not-running', 'kp-stopped-rules-remain'],
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const pod = facts.proxy.pods.get(c.node)
      const fatal = facts.logs
        .filter((l) => l.pod === c.pod)
        .flatMap(
          (l) =>
            l.last(
              /must be iptables, ipvs|strict decoding error|unknown field|address already in use|"command failed"|"Error running ProxyServer"|failed complete/i,
            ) ?? [],
        )[0]
      const unsupported = fatal && /can't use the|not supported|could not run/i.test(fatal.quote ?? '')
      if (
        c.speaks ||
        !pod ||
        !fatal ||
        unsupported ||
        (pod.object.status?.containerStatuses?.[0]?.restartCount ?? 0) === 0
      )
        return []
      const word = fatal.quote
        ?.match(/mode: \S*|Invalid value: \\?"[^"\\]+|unknown field \\?"[^"\\]+/)?.[0]
        ?.replaceAll('\\', '')
      return [
        {
          says: `kube-proxy on ${c.node} ends right after each start${word ? ` (${word}")` : ''}, so its rules are old: ${c.drifts[0]!.says.replace(/^On \S+ /, '')}`,
          on: c.node,
          proof: [
            fatal,
            facts.evidence.proofAt(pod.path, 'items', pod.index, 'status', 'containerStatuses', 0, 'restartCount'),
            ...c.drifts.flatMap((d) => d.proof),
          ],
          why: 'the rules of its predecessor stay as they were: what has not changed since works, new or moved endpoints are not reached from this node',
          ...(word ? { near: word } : {}),
          fix: [
            'kubectl -n kube-system edit configmap kube-proxy  # correct what the log names (mode is iptables, ipvs or nftables)',
            `kubectl -n kube-system delete pod ${c.pod}`,
          ],
          explains: c.explains,
          change: c.change,
        },
      ]
    })
  },
})
