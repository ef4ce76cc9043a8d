import type { Pod, Service } from '../../facts/kube.ts'
import { matchesMap } from '../../facts/labels.ts'
import type { Bundle, Question } from '../../model.ts'
import { known, knownItems } from './known.ts'

/** Pods of other namespaces that a selector would fit which fits none in its own: one look, so that the report can say where they are. */
export function elsewhereQuestions(bundle: Bundle): Question[] {
  const selector = known<Service>(bundle, 'api/service.json')?.spec.selector ?? {}
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`)
  const pods = bundle.evidence.get('api/pods.json')
  if (labels.length === 0 || !pods || pods.trouble) return []
  if (knownItems<Pod>(bundle, 'api/pods.json').some((pod) => matchesMap(selector, pod.metadata.labels))) return []
  const get = `/api/v1/pods?labelSelector=${encodeURIComponent(labels.join(','))}&limit=20`
  return [{ path: 'api/pods-elsewhere.json', reach: 'api', get }]
}
