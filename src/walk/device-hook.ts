import { Ended } from './ended.ts'
import type { Journey } from './journey.ts'
import { runBase, stations } from './netfilter.ts'
import type { Skb } from './skb.ts'
import type { NodeState } from './world.ts'

/**
 * Chains that hang on a device itself (nft's netdev family, and inet's ingress hook): `ingress` sees what comes in by it, before a bridge
 * or IP does (nf_ingress in __netif_receive_skb_core), `egress` what it sends, last of all (nf_hook_egress in __dev_queue_xmit).
 */
export function runDeviceHook(j: Journey, node: NodeState, hook: 'ingress' | 'egress', dev: string, skb: Skb): void {
  const chains = chainsOn(node, hook, dev)
  if (chains.length === 0) return
  const { iif, oif } = skb
  skb.iif = hook === 'ingress' ? dev : ''
  skb.oif = hook === 'egress' ? dev : ''
  for (const station of chains) {
    try {
      runBase({ j, node, skb, hook, table: station.table }, station)
    } catch (thrown) {
      if (!(thrown instanceof Ended) || station.chain.base.devices) throw thrown
      const { end } = thrown.outcome
      const why = 'on which device this chain hangs is not in the dump'
      const proof = 'proof' in end ? end.proof : []
      if (j.choose('unsure', [0.5, 0.5], { node: node.name, at: `${node.name}/${dev}`, why, proof }) === 0) throw thrown
    }
  }
  skb.iif = iif
  skb.oif = oif
}

/**
 * A bridge sends a frame that bridge-nf gave a new destination out by its own device if it has to write the header anew, and past that
 * device if the neighbour's header is cached, which no dump shows (br_nf_pre_routing_finish_bridge).
 */
export function mayPassEgress(j: Journey, node: NodeState, dev: string, skb: Skb): void {
  const [first] = chainsOn(node, 'egress', dev)
  if (!first) return
  const why = `whether the bridge has the neighbour's header cached, and so passes the frame by the chains on ${dev}, is in no dump`
  const proof = [{ path: first.table.path, line: first.chain.line }]
  const where = { node: node.name, at: `${node.name}/${dev}`, why, proof }
  if (j.choose('unsure', [0.5, 0.5], where) === 0) runDeviceHook(j, node, 'egress', dev, skb)
}

function chainsOn(node: NodeState, hook: 'ingress' | 'egress', dev: string) {
  return stations(node, hook, ['netdev', 'inet']).filter(({ chain: { base } }) => isOn(base.devices, dev))
}

/** nft before 1.0.9 does not print in JSON where such chains hang: then it may be any device. */
function isOn(devices: readonly string[] | undefined, dev: string): boolean {
  return devices?.some((name) => (name.endsWith('*') ? dev.startsWith(name.slice(0, -1)) : name === dev)) ?? true
}
