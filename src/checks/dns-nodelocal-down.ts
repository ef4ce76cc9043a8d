import { blameSome } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-nodelocal-down',
  title: 'The node-local DNS cache answers where pods ask it',
  item: 'cluster-dns',
  needs: ['resolvers', 'cells', 'world'],
  run({ resolvers, cells, world }) {
    return resolvers.flatMap((r) => {
      const local = r.conf.nameservers.find((n) => n.address.startsWith('169.254.'))
      if (r.kind !== 'client' || !local) return []
      const asked = cells.filter((c) => c.from.kind === 'client' && c.from.node === r.name && c.to.ip === local.address)
      if (asked.length === 0 || !asked.every((c) => failed(c) === 'all')) return []
      const state = world.nodes.get(r.name)
      const listens =
        state && 'value' in state.listeners
          ? state.listeners.value.some((l) => l.port === 53 && (l.address === local.address || l.address === 'any'))
          : undefined
      if (listens) return []
      return [
        {
          says: `Pods on ${r.name} ask the node-local DNS cache at ${local.address}, and it does not run there.`,
          on: r.name,
          proof: [r.proof(local.line), asked[0]!.attempts[0]!.proof],
          why: 'every pod of the node has this one nameserver; other nodes have a cache of their own',
          fix: [
            'kubectl -n kube-system get pods -l k8s-app=node-local-dns -o wide',
            `kubectl -n kube-system delete pod -l k8s-app=node-local-dns --field-selector spec.nodeName=${r.name}`,
          ],
          explains: blameSome(
            cells,
            (c) =>
              asked.includes(c) ||
              (c.to.kind === 'dns' && c.from.kind === 'client' && c.from.node === r.name && c.to.ip === undefined),
          ),
        },
      ]
    })
  },
})
