import { checks } from '../../src/checks/index.ts'

/** docs/checks.md: every check, in the order a packet meets them. */
export function checksPage(): string {
  const rows = checks.map(
    ({ id, item, title, leadsTo = [] }) =>
      `| \`${id}\` | ${item} | ${title} | ${leadsTo.map((to) => `\`${to}\``).join(', ')} |`,
  )
  return [
    '# Checks',
    '',
    `Drawn from \`src/checks\` by \`npm run docs\`. ${checks.length} checks; an id names the faulty state, and is the file's name.`,
    '',
    '| id | row of the checklist | what is so when it passes | may lead to |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
