import { PROXY_NEEDS, proxyCases, restartProxy } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-not-synced-since-start',
  title: 'kube-proxy has written its rules at least once since it started',
  item: 'kube-proxy',
  needs: [...PROXY_NEEDS, 'logs'],
  leadsTo: ['kp-lb-count-mismatch', 'kp-svc-entry-missing', 'kp-stale-watch'],
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      if (!c.speaks || c.voice?.metrics?.status !== 200 || (c.voice.lastSync && c.voice.lastSync.value > 0)) return []
      const denied = facts.logs
        .filter((l) => l.pod === c.pod)
        .flatMap((l) => l.last(/[Ff]ailed to (list|watch) \*v1\.\w+.*(forbidden|Unauthorized)/) ?? [])[0]
      const kind = denied?.quote?.match(/resource \\?"(\w+)/)?.[1] ?? denied?.quote?.match(/\*v1\.(\w+)/)?.[1]
      return [
        {
          says: `kube-proxy on ${c.node} has never written its rules since it started${denied ? `: it may not list ${kind} (RBAC)` : ': it still waits for the API server'}.`,
          on: c.node,
          proof: [
            ...c.drifts.flatMap((d) => d.proof),
            ...(denied ? [denied] : []),
            { path: c.voice.path, line: c.voice.metrics.line, quote: c.voice.metrics.raw.trim() },
          ],
          why: 'it waits until Services and EndpointSlices have been received; until then the rules of its predecessor stay, so new or moved endpoints are not reached from this node',
          fix: denied
            ? [
                `kubectl patch clusterrole system:node-proxier --type=json -p '[{"op":"add","path":"/rules/-","value":{"apiGroups":["discovery.k8s.io"],"resources":["endpointslices"],"verbs":["list","watch"]}}]'`,
                ...restartProxy(c),
              ]
            : restartProxy(c),
          explains: c.explains,
          change: c.change,
        },
      ]
    })
  },
})
