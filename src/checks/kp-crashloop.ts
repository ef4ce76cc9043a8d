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
          fix: [
            ...configFix(facts.proxy.config ?? '', fatal.quote ?? ''),
            `kubectl -n kube-system delete pod ${c.pod}`,
          ],
          explains: c.explains,
          change: c.change,
        },
      ]
    })
  },
})

const MODES = ['iptables', 'ipvs', 'nftables']

/** Fields of KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1). */
const FIELDS = [
  'bindAddress',
  'bindAddressHardFail',
  'clientConnection',
  'clusterCIDR',
  'configSyncPeriod',
  'conntrack',
  'detectLocal',
  'detectLocalMode',
  'enableProfiling',
  'featureGates',
  'healthzBindAddress',
  'hostnameOverride',
  'iptables',
  'ipvs',
  'logging',
  'metricsBindAddress',
  'mode',
  'nftables',
  'nodePortAddresses',
  'oomScoreAdj',
  'portRange',
  'showHiddenMetricsForVersion',
]

/** What puts the line right that kube-proxy stumbles over: the mode, or a field that does not exist. */
function configFix(config: string, fatal: string): string[] {
  const mode = /^mode:\s*"?([^"\s]*)"?\s*$/m.exec(config)
  if (mode?.[1] && !MODES.includes(mode[1]))
    return [
      configMapLineFix('kube-system', 'kube-proxy', mode[0].trim(), `mode: ${nearest(mode[1], MODES)[0] ?? MODES[0]}`),
    ]
  const field = /unknown field \\?"([^"\\]+)/.exec(fatal)?.[1]?.split('.').at(-1)
  const line = field && config.split('\n').find((text) => text.trim().startsWith(`${field}:`))
  if (field && line) {
    const meant = nearest(field, FIELDS)[0]
    return [configMapLineFix('kube-system', 'kube-proxy', line.trim(), meant && line.trim().replace(field, meant))]
  }
  return ['# correct what the log names: kubectl -n kube-system edit configmap kube-proxy']
}
