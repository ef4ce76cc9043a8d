import { blameAll, throughService } from '../facts/blame.ts'
import type { Placed } from '../facts/cluster.ts'
import type { Pod } from '../facts/kube.ts'
import { distance, matchesMap } from '../facts/labels.ts'
import { check } from './check.ts'

export default check({
  id: 'svc-selector-mismatch',
  title: "The Service's selector matches pods",
  item: 'service',
  needs: ['service', 'pods', 'elsewhere', 'endpoints', 'cells', 'deployments', 'evidence'],
  applies: ({ service }) =>
    service.spec.selector && Object.keys(service.spec.selector).length > 0 ? true : 'the Service has no selector',
  run({ service, pods, elsewhere, endpoints, cells, deployments, evidence }) {
    const selector = service.spec.selector!
    if (endpoints.length > 0 || pods.some((p) => matchesMap(selector, p.object.metadata.labels))) return []
    // no pod, but a workload whose template fits: scaled to 0 or not started, another check's word
    if (deployments.some((d) => matchesMap(selector, d.object.spec.template?.metadata?.labels))) return []
    const text = Object.entries(selector)
      .map(([key, value]) => `${key}=${value}`)
      .join(',')
    const nearest = nearestPod(selector, pods)
    const away = elsewhere[0]
    const name = `${service.metadata.namespace}/${service.metadata.name}`
    const headless = service.spec.clusterIP === 'None'
    return [
      {
        says: `No pod in namespace ${service.metadata.namespace} has the labels that Service ${name} selects (${text}), so it has no endpoints.`,
        on: `service ${name}`,
        proof: [
          evidence.proofAt('api/service.json', 'spec', 'selector', Object.keys(selector)[0]!),
          ...(nearest ? [nearest.proof] : away ? [away.proof] : []),
        ],
        why: headless
          ? 'a headless Service without endpoints has no address records, so its name does not resolve'
          : 'without endpoints kube-proxy refuses every connection to the Service, from everywhere',
        explains: blameAll(
          cells,
          (cell) => throughService(cell) || (headless && cell.to.kind === 'dns' && cell.to.variant !== 'getent'),
        ),
        ...(nearest
          ? {
              near: nearest.says,
              fix: [
                `kubectl -n ${service.metadata.namespace} patch service ${service.metadata.name} --type=merge -p '${nearest.patch}'`,
              ],
            }
          : away
            ? {
                near: `pod ${away.object.metadata.name} in namespace ${away.object.metadata.namespace} has these labels`,
                fix: [
                  `# a Service leads to pods of its own namespace only: clients can ask the Services of ${away.object.metadata.namespace}, or the Service moves there:`,
                  `kubectl -n ${away.object.metadata.namespace} get services`,
                ],
              }
            : { fix: [`# no pod comes near ${text}: create the pods or correct the selector`] }),
      },
    ]
  },
})

/** The pod whose labels differ in exactly one key of the selector, nearest by spelling. */
function nearestPod(selector: Record<string, string>, pods: readonly Placed<Pod>[]) {
  const candidates = pods.flatMap((p) => {
    const labels = p.object.metadata.labels ?? {}
    const off = Object.entries(selector).filter(([key, value]) => labels[key] !== value)
    if (off.length !== 1) return []
    const [key, value] = off[0]!
    const actual = labels[key]
    if (actual !== undefined)
      return [
        {
          p,
          key,
          value,
          by: distance(value, actual),
          says: `pod ${p.object.metadata.name} has ${key}=${actual}, the selector says ${key}=${value}`,
          patch: { [key]: actual },
        },
      ]
    const misspelt = Object.keys(labels).find((k) => labels[k] === value)
    if (!misspelt) {
      if (Object.keys(selector).length === 1) return []
      const rest = Object.keys(selector).filter((k) => k !== key)
      return [
        {
          p,
          key,
          value,
          by: value.length,
          says: `pod ${p.object.metadata.name} has ${rest.map((k) => `${k}=${selector[k]}`).join(',')} and no label ${key}, the selector wants ${key}=${value} as well`,
          patch: { [key]: null },
        },
      ]
    }
    return [
      {
        p,
        key,
        value,
        by: distance(key, misspelt),
        says: `pod ${p.object.metadata.name} has ${misspelt}=${value}, the selector says ${key}=${value}`,
        patch: { [key]: null, [misspelt]: value },
      },
    ]
  })
  const best = candidates.sort((a, b) => a.by - b.by)[0]
  if (!best) return undefined
  return { says: best.says, proof: best.p.proof, patch: JSON.stringify({ spec: { selector: best.patch } }) }
}
