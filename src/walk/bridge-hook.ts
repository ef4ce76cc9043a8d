import type { Link } from '../parse/host.ts'
import type { Hook } from '../parse/rule.ts'
import type { Journey } from './journey.ts'
import { runBase, stations } from './netfilter.ts'
import type { Skb } from './skb.ts'
import type { NodeState } from './world.ts'

/** Chains of nft's `bridge` family see every frame on a bridge; for them the devices are the ports. */
export function runBridgeHook(j: Journey, node: NodeState, hook: Hook, bridge: Link, skb: Skb): void {
  skb.bridge = bridge.name
  const chains = stations(node, hook, ['bridge'])
  if (chains.length === 0) return
  const { iif, oif } = skb
  skb.iif = hook === 'output' || hook === 'postrouting' ? '' : skb.physin
  skb.oif = hook === 'forward' || hook === 'output' || hook === 'postrouting' ? skb.physout : ''
  for (const station of chains) runBase({ j, node, skb, hook, table: station.table }, station)
  skb.iif = iif
  skb.oif = oif
}
