import type { Proof } from '../model.ts'
import type { Placed } from './cluster.ts'
import type { ConfigMap, Pod } from './kube.ts'
import { type Reader, valueOr } from './reader.ts'

/** The mode that a node's kube-proxy is configured for (`iptables` where it says nothing), and where that stands. */
export interface ConfiguredMode {
  mode: string
  proof: Proof
}

/** By node, from the ConfigMap that its kube-proxy pod mounts: DaemonSets for some nodes alone have others than `kube-proxy`. */
export function proxyModes(r: Reader, pods: ReadonlyMap<string, Placed<Pod>>): Map<string, ConfiguredMode> {
  const modes = new Map<string, ConfiguredMode>()
  for (const [node, { object }] of pods)
    for (const name of configMapsOf(object)) {
      const path = `api/kube-system/${name}.json`
      const config = valueOr<ConfigMap | undefined>(r.json<ConfigMap>(path), undefined)?.data?.['config.conf']
      if (config === undefined) continue
      const [line, mode] = /^mode:[ \t]*"?(\w*)"?/m.exec(config) ?? []
      const proof = r.proofAt(path, 'data', 'config.conf')
      // the whole file is one line of JSON
      if (line !== undefined) proof.quote = JSON.stringify(line).slice(1, -1)
      modes.set(node, { mode: mode || 'iptables', proof })
    }
  return modes
}

/** Names of the ConfigMaps that a pod mounts. */
export function configMapsOf(pod: Pod): string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => volume.configMap?.name ?? [])
}
