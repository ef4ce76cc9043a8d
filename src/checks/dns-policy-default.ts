import { blameSome } from '../facts/blame.ts'
import { onlyForeign } from '../facts/resolvers.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-policy-default',
  title: "The client's dnsPolicy leads to the cluster DNS",
  item: 'name',
  needs: ['ownClient', 'resolvers', 'dns', 'cells', 'evidence'],
  applies: ({ ownClient }) => (ownClient ? true : 'no client pod was named (--client pod/NAME)'),
  run({ ownClient, resolvers, dns, cells, evidence }) {
    const { object, path, index } = ownClient!
    const name = `${object.metadata.namespace}/${object.metadata.name}`
    const resolver = resolvers.find((r) => r.kind === 'pod' && r.name === name)
    const foreign = onlyForeign(resolver, dns)
    if (
      object.spec.hostNetwork ||
      !foreign ||
      (object.spec.dnsPolicy !== 'Default' && object.spec.dnsPolicy !== 'None')
    )
      return []
    return [
      {
        says: `Pod ${name} has dnsPolicy: ${object.spec.dnsPolicy}, so it asks ${foreign!.address}, not the cluster DNS (${dns.clusterIps.join(', ')}).`,
        on: `pod ${name}`,
        proof: [
          evidence.proofAt(path, 'items', index, 'spec', 'dnsPolicy'),
          ...(resolver && foreign ? [resolver.proof(foreign.line)] : []),
        ],
        why: "that server does not know the cluster's names; other pods of the namespace, which ask the cluster DNS, resolve them",
        fix: [
          "# set dnsPolicy: ClusterFirst in the pod's template; a running pod cannot be changed, it must be made anew",
        ],
        explains: blameSome(
          cells,
          (cell) => cell.to.kind === 'dns' && cell.from.kind === 'endpoint' && cell.from.pod === name,
        ),
      },
    ]
  },
})
