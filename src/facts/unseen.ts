import type { Finding, Trouble } from '../model.ts'
import type { KnownFacts } from './facts.ts'

const SETTLES: Partial<Record<Trouble['kind'], string>> = {
  forbidden: 'your user lacks the permission',
  declined: 'you did not allow it (--node-probes=always allows it)',
  refused: 'the cluster refused the debug pod',
  'no-tool': 'the image lacks the tool',
}

/** What was asked and could not be seen, one line a subject and reason, with what would settle it. */
export function unseen(facts: KnownFacts, findings: readonly Finding[]): string[] {
  if ('missing' in facts.evidence) return []
  const bundle = facts.evidence.value.bundle
  const groups = new Map<string, string[]>()
  for (const [path, { trouble }] of bundle.evidence) {
    if (!trouble || trouble.kind === 'not-found') continue
    const [folder, name] = path.split('/')
    const subject = folder === 'nodes' ? `node ${name}` : folder === 'clients' ? `client pod on ${name}` : path
    const hint = SETTLES[trouble.kind]
    const key = `${subject}: ${trouble.text}${hint && !trouble.text.includes(hint) ? ` (${hint})` : ''}`
    groups.set(key, [...(groups.get(key) ?? []), path])
  }
  const broken = findings
    .filter((f) => f.state === 'unknown' && f.says.includes('please report'))
    .map((f) => f.says.split('\n')[0]!)
  return [...groups.keys(), ...new Set(broken)]
}
