import { wrap } from '../report/wrap.ts'
import { flags } from './flags.ts'
import { plugin } from './name.ts'

const examples = [
  ['Find out why the Service web does not answer', 'web'],
  ['The same in another namespace, without questions, keeping what was read', 'web -n shop --yes --save web.tgz'],
  ['Probe from where the suffering client is', 'web --client pod/frontend-7d4b9'],
  ['Say which port clients dial, if they may dial a wrong one', 'web:8080'],
  ['See what would run, and create nothing', 'web --plan'],
  ['Judge a saved run, without any cluster', '--from web.tgz'],
]

const exits = '0 healthy, 1 faulty, 2 undetermined or usage error, 130 interrupted, 143 terminated'

/** The help text in kubectl's form. `width`: columns of the screen. */
export function helpText(width: number): string {
  const groups = Map.groupBy(Object.entries(flags), ([, flag]) => flag.helpGroup ?? '')
  const options = [...groups].flatMap(([group, entries]) => [
    '',
    `${group}:`,
    ...entries.flatMap((entry) => flagLines(entry, width)),
  ])
  return [
    'From a Service that does not answer to the one cause, with node, proof and fix.',
    '',
    'Reads the API, probes the Service from pods on several nodes, and, if you agree, reads the network state of',
    'suspect nodes through short-lived host-network pods. All pods are removed at the end.',
    '',
    'Examples:',
    ...examples.flatMap(([what, line]) => [`  # ${what}`, `  ${plugin.usage} ${line}`, '']),
    'Usage:',
    `  ${plugin.usage} (SERVICE | svc/SERVICE)[:PORT] [flags]`,
    ...options,
    '',
    `Exit codes: ${exits}.`,
    '',
  ].join('\n')
}

type Entry = [string, (typeof flags)[keyof typeof flags]]

function flagLines([name, flag]: Entry, width: number): string[] {
  const char = flag.char && flag.char !== name ? `-${flag.char}, ` : '    '
  const dashes = name.length === 1 ? '-' : '--'
  const value = 'helpValue' in flag && flag.helpValue ? `${dashes.length === 1 ? ' ' : '='}${flag.helpValue}` : ''
  const head = `  ${char}${dashes}${name}${value}`
  const column = 36
  const [first = '', ...more] = wrap(flag.description ?? '', Math.max(width, 72) - column)
  const top = head.length < column - 1 ? [`${head.padEnd(column)}${first}`] : [head, `${' '.repeat(column)}${first}`]
  return [...top, ...more.map((rest) => `${' '.repeat(column)}${rest}`)]
}
