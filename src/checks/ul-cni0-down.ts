import { OVERLAY_NEEDS, overlayCases } from '../facts/overlay-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-cni0-down',
  title: 'The bridges to which the pods are attached are up',
  item: 'node',
  needs: OVERLAY_NEEDS,
  run(facts) {
    return overlayCases(facts, ['bridge-down'], ['bridge-down']).map((c) => ({
      says: c.mine[0]!.says,
      on: c.node,
      proof: c.mine.flatMap((d) => d.proof),
      why: 'every packet to and from the pods of this node passes the bridge; the host itself is not concerned',
      fix: [
        `# on ${c.node}:`,
        'ip link set cni0 up',
        ...(c.change.change === 'several'
          ? c.change.changes.flatMap((x) =>
              x.change === 'add-route' ? [`ip route replace ${x.route.destination} dev cni0`] : [],
            )
          : []),
      ],
      explains: c.explains,
      change: c.change,
    }))
  },
})
