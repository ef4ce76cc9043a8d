import { blameSome } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { configMapLineFix } from '../facts/config-fix.ts'
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
        // the first line alone holds where the list is written in one line; the items below it go with it
        ...listed(proxy.config ?? '').map((line, index) =>
          configMapLineFix('kube-system', 'kube-proxy', line, index === 0 ? 'nodePortAddresses: null' : undefined),
        ),
        `kubectl -n kube-system delete pod ${proxy.pods.get(node)?.object.metadata.name ?? '-l k8s-app=kube-proxy'}`,
        `# or let clients of ${service.metadata.name} dial an address in ${served.join(', ')}`,
      ],
      explains: blameSome(cells, (c) => left.includes(c) && c.to.node === node),
    }))
  },
})

/** The lines of kube-proxy's configuration that hold nodePortAddresses, without their indentation. */
function listed(config: string): string[] {
  const lines = config.split('\n').map((line) => line.trim())
  const first = lines.findIndex((line) => line.startsWith('nodePortAddresses:'))
  if (first < 0) return []
  const end = lines.findIndex((line, i) => i > first && !line.startsWith('- '))
  return lines.slice(first, end < 0 ? undefined : end)
}
