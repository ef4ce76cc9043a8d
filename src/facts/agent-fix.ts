import type { World } from '../walk/world.ts'
import type { CniFact, NodeFact } from './cluster.ts'

/**
 * Command that makes flannel choose the interface with an address in the node network, which is right on every node whatever its
 * interfaces are called (--iface-can-reach would find `lo` on the node whose address it names). An --iface option that stands in the
 * DaemonSet gives way to it.
 */
export function flannelInterfaceFix(cni: CniFact, world: World, nodes: readonly NodeFact[], node: string): string {
  const nodeAddress = nodes.find(({ name }) => name === node)?.internalIps[0] ?? ''
  const { daemonset, namespace } = cni
  const containers = daemonset.object.spec.template?.spec?.containers ?? []
  const index = Math.max(
    0,
    containers.findIndex((c) =>
      [...(c.command ?? []), ...(c.args ?? [])].some((word) => /flanneld|--kube-subnet-mgr/.test(word)),
    ),
  )
  const container = containers[index]
  const option = `--iface-regex=^${octets(world, nodeAddress)}`
  const path = `/spec/template/spec/containers/${index}`
  const operations = (['command', 'args'] as const).flatMap((field) =>
    (container?.[field] ?? [])
      .map((word, at) => ({ op: 'remove', path: `${path}/${field}/${at}`, word }))
      .filter(({ word }) => /^--iface(-regex|-can-reach)?=/.test(word))
      // from the end, so that the places of those before stay true
      .toReversed()
      .map(({ op, path: at }) => ({ op, path: at })),
  )
  const field = container?.args ? 'args' : 'command'
  const patch = JSON.stringify([...operations, { op: 'add', path: `${path}/${field}/-`, value: option }])
  return `kubectl -n ${namespace} patch daemonset ${daemonset.object.metadata.name} --type=json -p '${patch}'`
}

/** The whole octets of the node network as a regular expression; of the address alone where its network was not read. */
function octets(world: World, nodeAddress: string): string {
  const own = [...world.nodes.values()]
    .flatMap((node) => ('value' in node.addresses ? node.addresses.value : []))
    .find((address) => address.address === nodeAddress)
  const whole = own?.family === 4 ? nodeAddress.split('.').slice(0, Math.floor(own.prefixLength / 8)) : []
  return whole.length === 0 ? `${nodeAddress}$` : `${whole.join('\\.')}\\.`
}
