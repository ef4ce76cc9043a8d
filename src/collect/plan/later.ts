import type { Bundle, Question } from '../../model.ts'

/** Answers of the API server that are read once more at the end of a run: endpoints can come and go while it goes on. */
const FOLDER = 'api/later/'

/** The EndpointSlices once more, where they could be read at the beginning. */
export function laterQuestions({ evidence }: Bundle): Question[] {
  const first = evidence.get('api/endpointslices.json')
  if (!first || first.trouble || first.question.reach !== 'api') return []
  return [{ ...first.question, path: `${FOLDER}endpointslices.json` }]
}

/** Whether a question belongs to the end of a run. */
export function isLater({ path }: Question): boolean {
  return path.startsWith(FOLDER)
}
