import type { Family } from '../../src/model.ts'
import type { RestoreTool, RuleFamily } from './config.ts'
import { addNoiseIptables, addNoiseNft } from './noise-rules.ts'
import { addPiecesIptables, addPiecesNft } from './pieces.ts'
import type { Scene, SceneNode } from './scene.ts'
import { addServiceIptables } from './service-iptables.ts'
import { addServiceNft } from './service-nft.ts'

type Backend = 'iptables-nft' | 'iptables-legacy' | 'nftables'

/** Draws the rules of every node: service rules, programs' rules, noise, each in a backend that suits the wanted family. */
export function drawRules(scene: Scene, wanted: RuleFamily): void {
  const { random } = scene
  const all: Backend[] = ['iptables-nft', 'iptables-legacy', 'nftables']
  for (const node of scene.nodes)
    for (const family of scene.families) {
      const fixed =
        wanted === 'iptables-nft' || wanted === 'iptables-legacy' || wanted === 'nftables' ? wanted : undefined
      const backend = fixed ?? random.pick(all)
      const any = () => fixed ?? (wanted === 'mixed' ? random.pick(all) : backend)
      if (random.chance(0.9)) addServices(scene, node, family, backend)
      if (wanted === 'paths' && random.chance(0.7)) continue
      if (random.chance(0.6)) addPieces(scene, node, family, any())
      for (
        let i = random.weighted([
          [3, 1],
          [wanted === 'mixed' ? 0 : 2, 0],
          [2, 2],
        ]);
        i > 0;
        i--
      )
        addNoise(scene, node, family, any(), i)
    }
}

const tool = (family: Family, backend: 'iptables-nft' | 'iptables-legacy'): RestoreTool =>
  family === 4 ? backend : backend === 'iptables-nft' ? 'ip6tables-nft' : 'ip6tables-legacy'

function addServices(scene: Scene, node: SceneNode, family: Family, backend: Backend): void {
  if (backend === 'nftables') addServiceNft(scene, node, family)
  else addServiceIptables(scene, node, family, tool(family, backend))
}

function addPieces(scene: Scene, node: SceneNode, family: Family, backend: Backend): void {
  if (backend === 'nftables') addPiecesNft(scene, node, family)
  else addPiecesIptables(scene, node, family, tool(family, backend))
}

function addNoise(scene: Scene, node: SceneNode, family: Family, backend: Backend, n: number): void {
  if (backend === 'nftables') addNoiseNft(scene, node, family, `noise${family}${n}`)
  else addNoiseIptables(scene, node, family, tool(family, backend))
}
