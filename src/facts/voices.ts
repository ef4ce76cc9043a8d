import type { Known } from '../model.ts'
import { parseKubeProxy } from '../parse/kube-proxy.ts'
import type { KubeProxyState } from '../parse/probe.ts'
import type { Reader } from './reader.ts'

/** What one node's kube-proxy says of itself, and when it was asked (Unix seconds). */
export interface Voice extends KubeProxyState {
  path: string
  askedAt: number
}

/** kube-proxy's own word by node. */
export function voicesFact(r: Reader): Known<Map<string, Voice>> {
  const voices = new Map<string, Voice>()
  for (const path of r.paths('nodes/')) {
    if (!path.endsWith('/kube-proxy.txt')) continue
    const text = r.text(path)
    if ('missing' in text) continue
    const askedAt = Date.parse(r.bundle.evidence.get(path)!.at) / 1000
    voices.set(path.split('/')[1]!, { ...parseKubeProxy(text.value).value, path, askedAt })
  }
  return { value: voices, from: [] }
}
