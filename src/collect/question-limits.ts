import type { Question } from '../model.ts'

/** Seconds that a question may take where it runs. Probes wait for time-outs in rounds; dumps of big rule sets take a while. */
export function secondsFor(question: Question): number {
  // resolvers wait five seconds for a silent nameserver, once for each address family
  if (question.reach === 'inside' && /\/dns\.txt$/.test(question.path)) return 27
  if (question.reach === 'inside' && /\/(hairpin|connect|dialled)\.txt$/.test(question.path)) return 14
  if (/\/(connect|dns|ping)\.txt$/.test(question.path)) return 75
  return 20
}
