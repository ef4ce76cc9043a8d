import { PROXY_NEEDS, proxyCases, restartProxy } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-nft-table-deleted',
  title: "kube-proxy's nftables table is there",
  item: 'rules',
  needs: PROXY_NEEDS,
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      if (!c.speaks || c.voice?.mode?.value.trim() !== 'nftables' || !c.drifts.some((d) => d.kind === 'no-rules'))
        return []
      return [
        {
          says: `On ${c.node} kube-proxy runs in nftables mode and calls itself healthy, but its table "kube-proxy" is gone: something has deleted it.`,
          on: c.node,
          proof: [
            { path: c.voice.path, line: c.voice.mode.line, quote: c.voice.mode.raw.trim() },
            ...c.drifts.flatMap((d) => d.proof),
          ],
          why: 'nobody on this node is translated, pods and host alike; in this mode kube-proxy notices a deletion only at the next change',
          fix: restartProxy(c),
          permanent: [
            `# find what flushed the rule set on ${c.node} (a firewall restart, "flush ruleset" in /etc/nftables.conf)`,
          ],
          explains: c.explains,
          change: c.change,
          transient: true,
        },
      ]
    })
  },
})
