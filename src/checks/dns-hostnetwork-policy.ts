import { blameSome } from '../facts/blame.ts'
import { onlyForeign } from '../facts/resolvers.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-hostnetwork-policy',
  title: "A client with the host's network asks the cluster DNS",
  item: 'name',
  needs: ['ownClient', 'resolvers', 'dns', 'cells', 'evidence'],
  applies: ({ ownClient }) => (ownClient ? true : 'no client pod was named (--client pod/NAME)'),
  run({ ownClient, resolvers, dns, cells, evidence }) {
    const { object, path, index } = ownClient!
    const name = `${object.metadata.namespace}/${object.metadata.name}`
    const resolver = resolvers.find((r) => r.kind === 'pod' && r.name === name)
    const foreign = onlyForeign(resolver, dns)
    if (!object.spec.hostNetwork || !foreign || object.spec.dnsPolicy === 'ClusterFirstWithHostNet') return []
    return [
      {
        says: `Pod ${name} has the network of its host and dnsPolicy: ${object.spec.dnsPolicy ?? 'ClusterFirst'}, which then means the host's resolver (${foreign!.address}), not the cluster DNS.`,
        on: `pod ${name}`,
        proof: [
          evidence.proofAt(path, 'items', index, 'spec', 'hostNetwork'),
          ...(resolver && foreign ? [resolver.proof(foreign.line)] : []),
        ],
        why: "the host's resolver does not know the cluster's names; pods with a network of their own resolve them",
        fix: [
          "# set dnsPolicy: ClusterFirstWithHostNet in the pod's template; a running pod cannot be changed, it must be made anew",
        ],
        explains: blameSome(
          cells,
          (cell) => cell.to.kind === 'dns' && cell.from.kind === 'endpoint' && cell.from.pod === name,
        ),
      },
    ]
  },
})
