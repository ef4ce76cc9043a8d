import type { Question } from '../model.ts'

/** Seconds that a question may take where it runs. Probes wait for time-outs in rounds; dumps of big rule sets take a while. */
export function secondsFor(question: Question): number {
  if (question.reach === 'inside' && /\/(hairpin|connect|dns)\.txt$/.test(question.path)) return 14
  if (/\/(connect|dns|ping)\.txt$/.test(question.path)) return 75
  return 20
}
