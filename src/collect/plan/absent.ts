import type { Bundle, Question } from '../../model.ts'

/** Where there is no such Service: what could keep anyone from making it. */
export function absentQuestions({ target, evidence }: Bundle): Question[] {
  if (evidence.get('api/service.json')?.trouble?.kind !== 'not-found') return []
  const get = `/api/v1/namespaces/${target.namespace}/resourcequotas`
  return [{ path: 'api/resourcequotas.json', reach: 'api', get }]
}
