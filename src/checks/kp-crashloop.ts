import { configMapLineFix } from '../facts/config-fix.ts'
import { nearest } from '../facts/labels.ts'
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
          fix: [...configFix(facts.proxy.config ?? ''), `kubectl -n kube-system delete pod ${c.pod}`],
          explains: c.explains,
          change: c.change,
        },
      ]
    })
  },
})

const MODES = ['iptables', 'ipvs', 'nftables']

/** What puts the mode right; for anything else only its owner knows what was meant. A field that does not exist is not fatal. */
function configFix(config: string): string[] {
  const mode = /^mode:\s*"?([^"\s]*)"?\s*$/m.exec(config)
  if (mode?.[1] && !MODES.includes(mode[1]))
    return [
      configMapLineFix('kube-system', 'kube-proxy', mode[0].trim(), `mode: ${nearest(mode[1], MODES)[0] ?? MODES[0]}`),
    ]
  return ['# correct what the log names: kubectl -n kube-system edit configmap kube-proxy']
}
