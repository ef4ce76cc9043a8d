import { blameSome } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'extip-not-routed',
  title: 'The external addresses lead to a node',
  item: 'external-ip',
  needs: ['service', 'holders', 'cells', 'courses', 'world', 'evidence'],
  applies: ({ service }) =>
    (service.spec.externalIPs ?? []).length > 0 ? true : 'the Service has no external address',
  run({ service, holders: answers, cells, courses, world, evidence }) {
    const { name, namespace } = service.metadata
    return (service.spec.externalIPs ?? []).flatMap((ip, index) => {
      if (world.nodeAddresses.has(ip)) return []
      const holder = [...world.nodes.values()].find(
        (n) => 'value' in n.addresses && n.addresses.value.some((a) => a.address === ip && a.dev !== 'kube-ipvs0'),
      )
      if (holder) return []
      // a port that the Service does not have is not translated: it shows where the network itself leads the address
      const holders = cells.filter(
        (cell) => cell.to.kind === 'external-ip' && cell.to.ip === ip && cell.to.variant === 'holder',
      )
      // a router on the way, or a neighbour that answers for it (MetalLB, kube-vip): both hand the packets to a node or another machine
      if (
        answers.some((entry) => entry.address === ip) ||
        holders.some((cell) => passesAnother(cell.from.node, courses.get(cell.id) ?? []))
      )
        return []
      const explains = blameSome(holders, (cell) =>
        cell.attempts.every(
          (a) => a.outcome === 'no-route' || a.outcome === 'timeout' || a.outcome === 'net-unreachable',
        ),
      )
      if (explains.length === 0 || explains.length < holders.length) return []
      const absent = holders.some((cell) => cell.attempts.some((a) => a.outcome === 'no-route' && a.seconds > 0.9))
      const node = [...world.nodeAddresses][0]
      return [
        {
          says: `External address ${ip} of Service ${namespace}/${name} leads to no node: ${absent ? 'nobody on the network answers for it (ARP)' : 'nothing answers there'}, so clients outside the cluster cannot reach it.`,
          on: `service ${namespace}/${name}`,
          proof: [
            evidence.proofAt('api/service.json', 'spec', 'externalIPs', index),
            ...holders.slice(0, 2).map((cell) => cell.attempts[0]!.proof),
          ],
          why: 'kube-proxy has rules for the address on every node, so it works from inside; but Kubernetes does not bring its packets to a node: a route, ARP or a load balancer must',
          fix: [
            `# route ${ip} to a node on the clients' router, e.g.: ip route add ${ip} via ${node?.[0] ?? '<node address>'}`,
            '# or let MetalLB or kube-vip announce it, or use the node port',
          ],
          explains,
          ...(absent ? {} : { unsure: 'a router that does not answer probes from inside could still lead there' }),
        },
      ]
    })
  },
})

/** Whether a packet was handed to another node than its sender's on the way to an address that no node has. */
function passesAnother(
  node: string | undefined,
  courses: readonly { end: { fate: string; node?: string } }[],
): boolean {
  return courses.some(({ end }) => end.fate !== 'unknown' && end.node !== undefined && end.node !== node)
}
