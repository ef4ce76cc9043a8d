import { blameSome, throughService } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import type { Pod } from '../facts/kube.ts'
import { selectedPods } from '../facts/selected.ts'
import { check } from './check.ts'

export default check({
  id: 'svc-selector-too-broad',
  title: 'The selector matches the pods of one workload only, or of several that all answer',
  item: 'service',
  needs: ['service', 'pods', 'endpoints', 'cells', 'evidence'],
  leadsTo: ['ep-ready-but-dead', 'app-not-listening', 'svc-targetport-wrong', 'app-listens-loopback'],
  run({ service, pods, endpoints, cells, evidence }) {
    const selected = selectedPods(service, pods)
    const owners = new Map<string, string[]>()
    for (const p of selected)
      owners.set(workload(p.object), [
        ...(owners.get(workload(p.object)) ?? []),
        ...(p.object.status?.podIPs ?? []).map((i) => i.ip),
      ])
    if (owners.size < 2) return []
    const state = (ips: string[]) => {
      const direct = cells.filter((cell) => cell.to.kind === 'endpoint' && ips.includes(cell.to.ip ?? ''))
      return direct.length === 0
        ? 'unknown'
        : direct.every((cell) => failed(cell) === 'all' && cell.attempts.every((a) => a.outcome === 'refused'))
          ? 'dead'
          : direct.every((cell) => failed(cell) === 'none')
            ? 'alive'
            : 'mixed'
    }
    // a pod that declares the port was meant to serve it: there the program is at fault, not the selector
    const targets = new Set(endpoints.flatMap((e) => e.ports.map((p) => p.port)))
    const declares = (ips: string[]) =>
      selected.some(
        ({ object: { spec, status } }) =>
          status?.podIPs?.some(({ ip }) => ips.includes(ip)) &&
          spec.containers.some((c) => c.ports?.some((p) => targets.has(p.containerPort))),
      )
    const dead = [...owners].filter(
      ([, ips]) =>
        !declares(ips) && state(ips) === 'dead' && ips.some((ip) => endpoints.some((e) => e.address === ip && e.ready)),
    )
    const alive = [...owners].filter(([, ips]) => state(ips) === 'alive')
    if (dead.length === 0 || alive.length === 0 || dead.length + alive.length !== owners.size) return []
    const ips = new Set(dead.flatMap(([, list]) => list))
    const { name, namespace } = service.metadata
    const key = Object.keys(service.spec.selector!)[0]!
    return [
      {
        says: `The selector of Service ${namespace}/${name} also matches the pods of ${dead.map(([o]) => o).join(', ')}, which do not serve this port; those of ${alive.map(([o]) => o).join(', ')} do.`,
        on: `service ${namespace}/${name}`,
        proof: [
          evidence.proofAt('api/service.json', 'spec', 'selector', key),
          ...endpoints.filter((e) => ips.has(e.address)).map((e) => e.proof),
        ],
        why: 'the share of the connections that is sent to the foreign pods is refused, the rest goes through',
        fix: [
          `# add a label to the selector that only the right pods have (and to their template), or change the label of ${dead[0]![0]}`,
        ],
        explains: blameSome(
          cells,
          (cell) => (cell.to.kind === 'endpoint' && ips.has(cell.to.ip ?? '')) || throughService(cell),
        ),
      },
    ]
  },
})

/** The workload a pod comes from, for telling owners apart: a ReplicaSet's hash is cut off. */
function workload(pod: Pod): string {
  const owner = pod.metadata.ownerReferences?.find((o) => o.controller) ?? pod.metadata.ownerReferences?.[0]
  if (!owner) return `pod ${pod.metadata.name}`
  return owner.kind === 'ReplicaSet'
    ? `deployment ${owner.name.replace(/-[a-z0-9]+$/, '')}`
    : `${owner.kind.toLowerCase()} ${owner.name}`
}
