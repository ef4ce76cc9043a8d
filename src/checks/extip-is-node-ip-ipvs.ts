import { blameSome, throughService } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { proxyModes } from '../facts/proxy-modes.ts'
import type { Cell, Proof } from '../model.ts'
import { contains } from '../net.ts'
import { check } from './check.ts'

export default check({
  id: 'extip-is-node-ip-ipvs',
  title: "No Service makes a node's address local to the other nodes",
  item: 'external-ip',
  needs: ['allServices', 'nodes', 'cells', 'world', 'proxy', 'evidence'],
  leadsTo: [
    'ul-node-down-or-partition',
    'extip-is-node-ip-iptables',
    'ul-overlay-external-firewall',
    'cp-api-unreachable-from-node',
    'ep-readiness-failing',
    'cp-stale-apiserver-endpoint',
  ],
  run({ allServices, nodes, cells, world, proxy, evidence }) {
    const modes = proxyModes(evidence, proxy.pods)
    const taken = allServices.flatMap((s) =>
      [
        ...(s.object.spec.externalIPs ?? []),
        ...(s.object.status?.loadBalancer?.ingress ?? []).flatMap((i) => i.ip ?? []),
      ].flatMap((ip) => {
        const node = nodes.find((n) => n.addresses.includes(ip))
        return node ? [{ s, ip, node }] : []
      }),
    )
    return taken.flatMap(({ s, ip, node }) => {
      // on every other node in IPVS mode kube-proxy binds the address to kube-ipvs0: packets for the node stay there
      const hit = nodes
        .filter((n) => n.name !== node.name)
        .flatMap(({ name, podCidrs }) => {
          const addresses = world.nodes.get(name)?.addresses
          if (!addresses || 'missing' in addresses) {
            const mode = modes.get(name)
            const cut = cutOff(cells, node.name, name)
            return mode?.mode === 'ipvs' && cut ? [{ name, podCidrs, proof: [mode.proof, cut], seen: false }] : []
          }
          const address = addresses.value.find((a) => a.address === ip && a.dev === 'kube-ipvs0')
          return address
            ? [{ name, podCidrs, proof: [evidence.proofLine(addresses.path, address.line)], seen: true }]
            : []
        })
      if (hit.length === 0) return []
      const names = hit.map(({ name }) => name)
      const all = names.join(', ')
      const unread = hit.filter(({ seen }) => !seen).map(({ name }) => name)
      const { name, namespace = 'default' } = s.object.metadata
      return [
        {
          says: `Service ${namespace}/${name} has the address of node ${node.name} (${ip}) as external address; kube-proxy in IPVS mode on ${all} has taken that address for its own, so ${all} no longer reach${names.length > 1 ? '' : 'es'} ${node.name}.`,
          on: all,
          proof: [
            evidence.proofAt(s.path, 'items', s.index, 'spec', 'externalIPs'),
            ...hit.flatMap(({ proof }) => proof),
            evidence.proofAt('api/nodes.json', 'items', node.index, 'status', 'addresses'),
          ],
          why: `in IPVS mode every external address is bound to the device kube-ipvs0; packets for ${ip} are then delivered on the spot instead of going to ${node.name}, and its ARP requests are no longer answered; nodes that are not ${node.name} still reach ${all}`,
          fix: [
            `kubectl -n ${namespace} patch service ${name} --type=json -p '[{"op":"remove","path":"/spec/externalIPs"}]'`,
            `# a node that has lost the API server does not hear of that, and its kube-proxy puts the address back; then, on ${all}:`,
            `pkill -x kube-proxy; ip addr del ${ip}/32 dev kube-ipvs0`,
          ],
          permanent: ['# deny such Services: admission plugin DenyServiceExternalIPs'],
          ...(unread.length > 0
            ? { unsure: `${unread.join(', ')} could not be read, so the address was not seen on its kube-ipvs0` }
            : {}),
          explains: blameSome(
            cells,
            (cell) =>
              names.includes(cell.from.node) ||
              cell.to.ip === ip ||
              (cell.from.node === node.name && (standsOn(hit, cell) || throughService(cell))),
          ),
        },
      ]
    })
  },
})

/** The try that shows it, where only the owner of the address is cut off from a node: all others reach it. */
function cutOff(cells: readonly Cell[], owner: string, node: string): Proof | undefined {
  const tries = cells.filter(({ from, to }) => to.kind === 'node' && to.node === node && from.node !== node)
  const own = tries.filter(({ from }) => from.node === owner)
  const others = tries.filter(({ from }) => from.node !== owner)
  if (own.length === 0 || own.some((cell) => failed(cell) !== 'all')) return undefined
  return others.some((cell) => failed(cell) === 'all') ? undefined : own[0]!.attempts[0]!.proof
}

function standsOn(nodes: readonly { name: string; podCidrs: string[] }[], { to }: Cell): boolean {
  return nodes.some(
    ({ name, podCidrs }) =>
      to.node === name || (to.ip !== undefined && podCidrs.some((cidr) => contains(cidr, to.ip!))),
  )
}
