import type { Step } from '../../cluster/scenario.ts'
import { ask, kubectl, patch } from './kubectl.ts'
import { shell, steps, until } from './run.ts'

/**
 * How often kube-proxy of the IPVS node goes over its work when nothing has changed: `0s` is its default of 30 seconds. Its pod is
 * replaced; waits until the new one has synced.
 */
export function ipvsSyncs(period: string): Step {
  return steps(
    async (stage) => {
      const map = JSON.parse(await ask(stage, '-n kube-system get cm kube-proxy-ipvs -o json')) as {
        data: Record<string, string>
      }
      const config = (map.data['config.conf'] ?? '').replace(/(^ipvs:\n(?: .*\n)*? +syncPeriod: )\S+/m, `$1${period}`)
      await patch('cm kube-proxy-ipvs -n kube-system', { data: { 'config.conf': config } })(stage)
    },
    kubectl('-n kube-system delete pods -l k8s-app=kube-proxy-ipvs --now'),
    ipvsSynced,
  )
}

/** Waits until kube-proxy of the IPVS node runs and has synced, and its last sync is a while ago. */
export const ipvsSynced: Step = (stage) =>
  until('kube-proxy of the IPVS node has synced', 120, async () => {
    const pods = await ask(
      stage,
      '-n kube-system get pods -l k8s-app=kube-proxy-ipvs -o',
      'jsonpath={range .items[*]}{.metadata.deletionTimestamp}{.status.containerStatuses[0].ready} {end}',
    )
    if (pods.trim() !== 'true') return false
    const last =
      'curl -s -m 3 127.0.0.1:10249/metrics | sed -n "s/^kubeproxy_sync_proxy_rules_last_timestamp_seconds{.*} //p"'
    const ago = await shell(stage, 'n2', `echo $(date +%s) $(${last})`)
    const [now, then] = ago.split(' ').map(Number)
    return then !== undefined && then > 0 && now! - then > 5
  })
