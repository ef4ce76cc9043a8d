import type { Cell } from '../model.ts'
import type { Change, Course, World } from '../walk/world.ts'
import type { ProxyFact } from './cluster.ts'
import type { Drift, NodeDrift } from './drift.ts'
import { expectedRules, type Served } from './expected.ts'
import { guiltOf } from './guilt.ts'
import type { Voice } from './voices.ts'

/** The facts that every check of kube-proxy's rules reads. */
export const PROXY_NEEDS = ['drifts', 'voices', 'proxy', 'served', 'world', 'cells', 'courses'] as const

export interface ProxyFacts {
  drifts: NodeDrift[]
  voices: Map<string, Voice>
  proxy: ProxyFact
  served: Served[]
  world: World
  cells: Cell[]
  courses: Map<string, Course[]>
}

/** What to know of one node's kube-proxy before saying what is wrong with it. */
export interface ProxyCase {
  node: string
  backend: NodeDrift['backend']
  drifts: Drift[]
  voice: Voice | undefined
  /** It answered on its health or metrics port. */
  speaks: boolean
  /** Name of its pod, where there is one. */
  pod: string | undefined
  /** The change that gives the node the rules it must have. */
  change: Change
  /** Failed cells that would be delivered with these rules. */
  explains: string[]
}

/** The nodes whose rules differ from what they must be, with whom that difference hurts. */
export function proxyCases(facts: ProxyFacts): ProxyCase[] {
  return facts.drifts
    .filter((d) => d.drifts.length > 0)
    .map(({ node, backend, drifts }) => {
      const voice = facts.voices.get(node)
      const change: Change = {
        change: 'replace-rules',
        node,
        ruleSet: expectedRules(facts.served, node, facts.proxy.clusterCidrs),
      }
      return {
        node,
        backend,
        drifts,
        voice,
        speaks:
          voice !== undefined &&
          (voice.healthz?.status !== undefined || voice.livez?.status !== undefined || voice.mode !== undefined),
        pod: facts.proxy.pods.get(node)?.object.metadata.name,
        change,
        explains: guiltOf(facts, change),
      }
    })
}

/** Drifts that show rules of another time: consistent in themselves, but not what the API says now. */
export function isStale(drifts: readonly Drift[]): boolean {
  return (
    drifts.length > 0 &&
    drifts.every((d) =>
      ['endpoint-gone', 'endpoint-missing', 'entry', 'chain-empty', 'unexpected-drop'].includes(d.kind),
    ) &&
    drifts.some((d) => ['endpoint-gone', 'entry', 'unexpected-drop', 'endpoint-missing'].includes(d.kind))
  )
}

/** Restarts kube-proxy on one node, by its pod. */
export function restartProxy(c: ProxyCase): string[] {
  return [
    `kubectl -n kube-system delete pod ${c.pod ?? `--field-selector spec.nodeName=${c.node} -l k8s-app=kube-proxy`}`,
  ]
}

/**
 * Commands that make a speaking kube-proxy write its rules anew. In nftables mode a restart keeps endpoint chains that exist
 * (pkg/proxy/nftables, epChainSkipUpdate), so the table goes first.
 */
export function rewriteRules(c: ProxyCase): string[] {
  if (c.backend !== 'nft') return restartProxy(c)
  return [`# on ${c.node}:`, 'nft delete table ip kube-proxy', '# then', ...restartProxy(c)]
}
