import { blameSome } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { contains } from '../net.ts'
import { check } from './check.ts'

export default check({
  id: 'np-addresses-filter',
  title: 'kube-proxy serves node ports on the node addresses that clients use',
  item: 'node-port',
  needs: ['proxy', 'service', 'cells', 'evidence'],
  applies: ({ proxy }) => (proxy.nodePortAddresses.length > 0 ? true : 'nodePortAddresses is not set'),
  run({ proxy, service, cells, evidence }) {
    const served = proxy.nodePortAddresses
    const left = cells.filter(
      (c) =>
        c.to.kind === 'node-port' &&
        c.to.ip !== undefined &&
        failed(c) === 'all' &&
        !served.some((s) => s !== 'primary' && contains(s, c.to.ip!)),
    )
    const nodes = [...new Set(left.map((c) => c.to.node!))]
    return nodes.map((node) => ({
      says: `kube-proxy on ${node} serves node ports only on addresses in ${served.join(', ')}; ${left.find((c) => c.to.node === node)!.to.ip} is not one of them.`,
      on: node,
      proof: [
        evidence.proofAt(proxy.configPath, 'data', 'config.conf'),
        left.find((c) => c.to.node === node)!.attempts[0]!.proof,
      ],
      why: 'connections to the node port at any other address of the node meet no rule and are refused by the node itself',
      fix: [
        'kubectl -n kube-system edit configmap kube-proxy  # nodePortAddresses: add the network, or leave it empty for all',
        'kubectl -n kube-system rollout restart daemonset kube-proxy',
        `# or let clients of ${service.metadata.name} dial an address in ${served.join(', ')}`,
      ],
      explains: blameSome(cells, (c) => left.includes(c) && c.to.node === node),
    }))
  },
})
