import { blameSome } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { foreseen } from '../facts/endings.ts'
import { outsideTheModel } from '../facts/model-gap.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-overlay-external-firewall',
  title: 'The network between the nodes carries the overlay',
  item: 'overlay',
  needs: ['cells', 'courses', 'cni', 'world'],
  leadsTo: ['ul-mtu-blackhole'],
  run({ cells, courses, cni, world }) {
    const across = outsideTheModel(cells, courses).filter(
      (c) =>
        (c.to.kind === 'endpoint' || c.to.kind === 'pod-gateway') &&
        !c.to.variant?.match(/large|1[0-9]{3}/) &&
        c.to.node !== undefined &&
        c.to.node !== c.from.node &&
        failed(c) === 'all' &&
        c.attempts.every((a) => a.outcome === 'timeout'),
    )
    if (across.length === 0) return []
    const counts = new Map<string, number>()
    for (const c of across) for (const n of [c.from.node, c.to.node!]) counts.set(n, (counts.get(n) ?? 0) + 1)
    const [node] = [...counts].sort((a, b) => b[1] - a[1])[0]!
    // the node itself answers, only the tunnel does not: else it is the node or its link that is gone
    const reachable = cells.some(
      (c) =>
        c.to.kind === 'node' &&
        failed(c) === 'none' &&
        (c.to.node === node || c.from.node === node) &&
        c.to.node !== c.from.node,
    )
    const whole = cells.filter(
      (c) =>
        c.to.kind === 'endpoint' &&
        !c.to.variant &&
        c.to.node !== undefined &&
        c.to.node !== c.from.node &&
        (c.to.node === node || c.from.node === node),
    )
    if (!reachable || whole.some((c) => failed(c) === 'none') || !world.nodes.has(node)) return []
    const state = world.nodes.get(node)!
    const device = 'value' in state.links ? state.links.value.find((l) => l.kind === 'vxlan') : undefined
    const port = device?.vxlan?.port ?? cni.flannel?.port ?? 8472
    return [
      {
        says: `The overlay's packets (UDP ${port}) get lost between ${node} and the other nodes: both sides send and accept them, so a firewall in between stops them.`,
        on: node,
        proof: [
          ...across.slice(0, 3).map((c) => c.attempts[0]!.proof),
          ...(device && 'value' in state.links ? [{ path: state.links.path, line: device.line }] : []),
        ],
        why: `the nodes reach each other's own addresses, and by rules, routes, neighbours and forwarding entries of both sides the packets would be delivered; pods on ${node} and pods elsewhere do not reach each other`,
        fix: [
          `# open UDP ${port} between all nodes where their network is filtered: security group, hypervisor, switch, VPN`,
        ],
        explains: blameSome(
          cells,
          (c) =>
            across.includes(c) ||
            ((c.from.node === node || c.to.node === node || c.to.node === undefined) &&
              c.to.kind !== 'node' &&
              !foreseen(courses.get(c.id) ?? []) &&
              c.attempts.some((a) => a.outcome === 'timeout')),
        ),
      },
    ]
  },
})
