import { blameSome } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import type { Cell } from '../model.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-mtu-blackhole',
  title: 'Large packets arrive as small ones do',
  item: 'overlay',
  needs: ['cells', 'world'],
  run({ cells, world }) {
    // pairs where small goes through and large does not
    const small = (c: Cell) => (c.to.protocol === 'icmp' ? Number(c.to.variant) < 600 : !c.to.variant)
    // what does not fit the overlay's own device (1450) is refused with notice and proves nothing
    const large = (c: Cell) =>
      c.to.protocol === 'icmp' ? Number(c.to.variant) >= 1400 && Number(c.to.variant) < 1450 : c.to.variant === 'large'
    const lost = cells.filter(
      (c) =>
        large(c) &&
        failed(c) === 'all' &&
        c.to.node !== undefined &&
        c.to.node !== c.from.node &&
        c.attempts.every((a) => a.outcome === 'timeout' || a.outcome === 'silent'),
    )
    const pairs = lost.filter((c) =>
      cells.some(
        (o) =>
          small(o) &&
          o.to.ip === c.to.ip &&
          o.to.kind === c.to.kind &&
          o.from.node === c.from.node &&
          o.from.kind === c.from.kind &&
          failed(o) === 'none',
      ),
    )
    // one large packet may be lost by chance: all that go one way between a node and the others must be, and there must be several
    const ways = [...new Set(pairs.flatMap((c) => [c.from.node, c.to.node!]))].flatMap((node) =>
      [(c: Cell) => c.from.node === node, (c: Cell) => c.to.node === node].map((goes) => ({ node, goes })),
    )
    const way = ways
      .map(({ node, goes }) => {
        const all = cells.filter(
          (c) =>
            large(c) &&
            (c.to.kind === 'endpoint' || c.to.kind === 'pod-gateway') &&
            goes(c) &&
            c.to.node !== undefined &&
            c.to.node !== c.from.node &&
            c.from.kind !== 'endpoint',
        )
        // where small ones get lost as well, size is not what decides
        const lossy = cells.some(
          (c) =>
            small(c) &&
            c.to.kind === 'pod-gateway' &&
            goes(c) &&
            c.to.node !== undefined &&
            c.to.node !== c.from.node &&
            failed(c) !== 'none',
        )
        const whole = !lossy && all.length >= 2 && all.every((c) => failed(c) === 'all')
        return { node, mine: pairs.filter(goes), whole }
      })
      .filter(({ whole, mine }) => whole && mine.length >= 2)
      .sort((a, b) => b.mine.length - a.mine.length)[0]
    if (!way) return []
    const { node, mine } = way
    const pings = mine.filter((c) => c.to.protocol === 'icmp').map((c) => Number(c.to.variant) + 28)
    const state = world.nodes.get(node)
    const device = state && 'value' in state.links ? state.links.value.find((l) => l.kind === 'vxlan') : undefined
    return [
      {
        says: `Large packets between ${node} and other nodes vanish, small ones arrive: something on the way carries less than ${device ? `the ${device.mtu} bytes that ${device.name} lets through` : 'the pods send'}, and does not say so.`,
        on: node,
        proof: [
          ...mine.slice(0, 2).map((c) => c.attempts[0]!.proof),
          ...(device && state && 'value' in state.links ? [{ path: state.links.path, line: device.line }] : []),
        ],
        why: `connections open and short answers come, long ones hang${pings.length > 0 ? `; packets of ${Math.min(...pings)} bytes are already lost` : ''}; within a node all sizes work`,
        fix: [
          `# find the hop between ${node} and its peers with the smaller MTU (switch, VPN, cloud network), or lower the pods' MTU:`,
          '# flannel takes it from its interface ("MTU" in the Backend of net-conf.json, where set); restart its pods and recreate the workloads\' pods',
        ],
        explains: blameSome(
          cells,
          (c) =>
            mine.includes(c) ||
            (large(c) && (c.from.node === node || c.to.node === node)) ||
            (c.to.kind === 'endpoint' && large(c)) ||
            c.attempts.every((a) => a.outcome === 'silent' || a.outcome === 'ok'),
        ),
      },
    ]
  },
})
