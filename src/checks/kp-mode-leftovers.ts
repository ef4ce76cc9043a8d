import { proxyTable, rulesOf } from '../facts/drift.ts'
import { PROXY_NEEDS, proxyCases, restartProxy } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-mode-leftovers',
  title: 'No rules of another kube-proxy mode are left on the nodes',
  item: 'rules',
  needs: [...PROXY_NEEDS, 'evidence'],
  leadsTo: ['kp-stale-watch', 'kp-lb-count-mismatch'],
  run(facts) {
    return facts.drifts.flatMap(({ node }) => {
      const state = facts.world.nodes.get(node)!
      const iptables = proxyTable(state, 'ip', false)
      const entry = iptables && rulesOf(iptables, 'KUBE-SERVICES')[0]
      const nft = proxyTable(state, 'ip', true)
      const virtual = 'value' in state.ipvs && state.ipvs.value.length > 0
      const mode = facts.voices.get(node)?.mode?.value.trim()
      const left =
        mode === 'nftables' && entry
          ? 'iptables'
          : mode === 'iptables' && nft
            ? 'nftables'
            : mode !== undefined && mode !== 'ipvs' && virtual
              ? 'IPVS'
              : undefined
      if (!left) return []
      const c = proxyCases({
        ...facts,
        drifts: [
          {
            node,
            backend: 'none',
            drifts: [{ kind: 'endpoint-gone', node, service: '', port: '', says: '', proof: [] }],
          },
        ],
      })[0]!
      const proof =
        left === 'iptables'
          ? [facts.evidence.proofLine(iptables!.path, entry!.line)]
          : [{ path: `nodes/${node}/${left === 'IPVS' ? 'ipvs.txt' : 'nft.jsonl'}` }]
      return [
        {
          says: `On ${node} kube-proxy runs in ${mode} mode, but rules of ${left} mode are still there and catch the packets first.`,
          on: node,
          proof: [
            ...proof,
            {
              path: facts.voices.get(node)!.path,
              line: facts.voices.get(node)!.mode!.line,
              quote: facts.voices.get(node)!.mode!.raw.trim(),
            },
          ],
          why: 'nobody keeps the left-over rules current: as soon as endpoints change they lead to addresses that are gone; nodes without them work',
          fix: [
            `# on ${node}: remove the left-over rules; kube-proxy --cleanup does it, or reboot the node`,
            ...(left === 'iptables'
              ? ['iptables-save | grep -v KUBE- | iptables-restore']
              : left === 'nftables'
                ? ['nft delete table ip kube-proxy']
                : ['ipvsadm --clear', 'ip link delete kube-ipvs0']),
            ...restartProxy(c),
          ],
          explains: c.explains,
          change: c.change,
        },
      ]
    })
  },
})
