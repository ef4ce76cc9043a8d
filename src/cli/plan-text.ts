import { stringify } from 'yaml'
import type { Plan } from '../collect/session.ts'
import type { Question } from '../model.ts'
import { cleanText } from '../report/clean.ts'
import type { Format } from '../report/render.ts'

const titles: Record<Question['reach'], string> = {
  api: 'Read from the API server',
  pod: 'Run in pod-network debug pods (no capabilities)',
  node: 'Run in host-network debug pods (NET_ADMIN, NET_RAW), only on nodes that become suspect and that you agree to',
  inside: 'Run in existing pods of the Service (read-only)',
}

/** What a run would read, run and create; nothing of it is done. */
export function planText(plan: Plan, format: Format): string {
  if (format === 'json') return `${JSON.stringify(plan, null, 2)}\n`
  if (format === 'yaml') return stringify(plan, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })
  const groups = Map.groupBy(plan.questions, (question) => question.reach)
  const asked = [...groups].map(([reach, questions]) =>
    [`# ${titles[reach]}`, ...questions.flatMap(questionLines)].join('\n'),
  )
  const pods = plan.pods.map((pod) => `---\n${stringify(pod, { lineWidth: 0 })}`).join('')
  return cleanText(
    `${[...asked, ...permissionLines(plan), `# Create, and delete at the end: ${plan.pods.length} pods`].join('\n\n')}\n${pods}`,
  )
}

/** What the server does not let us do: each of these will be `unknown` in the report. */
function permissionLines({ permissions = [] }: Plan): string[] {
  const denied = permissions.filter(({ allowed }) => !allowed)
  if (permissions.length === 0) return []
  if (denied.length === 0) return ['# You may do all of this']
  return [
    [
      '# You may not do this; what it would show will be unknown',
      ...denied.map(
        ({ verb, resource, namespace }) => `${verb} ${resource} ${namespace ? `in ${namespace}` : 'in all namespaces'}`,
      ),
    ].join('\n'),
  ]
}

function questionLines(question: Question): string[] {
  if (question.reach === 'api') return [`GET ${question.get}`]
  const where = question.reach === 'inside' ? `pod ${question.pod}` : `node ${question.node}`
  return [
    `${question.path}: ${where}`,
    ...question.run
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
  ]
}
