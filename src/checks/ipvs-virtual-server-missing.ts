import { PROXY_NEEDS, proxyCases, restartProxy } from '../facts/proxy-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'ipvs-virtual-server-missing',
  title: 'IPVS has a virtual server with endpoints for each address of the Service',
  item: 'rules',
  needs: PROXY_NEEDS,
  applies: ({ drifts }) => (drifts.some((d) => d.backend === 'ipvs') ? true : 'no node that was looked at uses IPVS'),
  run(facts) {
    return proxyCases(facts).flatMap((c) => {
      const mine = c.drifts.filter((d) => d.kind === 'virtual-server')
      if (!c.speaks || mine.length === 0) return []
      return [
        {
          says: mine[0]!.says,
          on: c.node,
          proof: mine.flatMap((d) => d.proof),
          why: "an address on kube-ipvs0 without a virtual server is refused by the node itself; a virtual server whose address is not there is met by the node's own connections only; other nodes are right",
          fix: restartProxy(c),
          permanent: [
            '# kube-proxy repairs this at each periodic sync: ipvs.syncPeriod in its configuration, 30 s by default',
          ],
          explains: c.explains,
          change: c.change,
          transient: true,
        },
      ]
    })
  },
})
