import { parseArgs } from 'node:util'
import { DEFAULT_OPTIONS, type LabOptions } from './lab-plan.ts'

export type Command =
  | { verb: 'up'; name: string; options: LabOptions }
  | { verb: 'down' | 'status' | 'kubeconfig' | 'reset' | 'build'; name: string }
  | { verb: 'node' | 'netns'; name: string; where: string; argv: string[] }

const VERBS = ['up', 'down', 'status', 'kubeconfig', 'node', 'netns', 'reset', 'build'] as const

export const USAGE = `usage: npm run cluster -- COMMAND [--name NAME]
  up [--nodes N] [--proxy-mode iptables|nftables] [--dual-stack] [--second-nic] [--netpol] [--external] [--ipvs-node]
  down | status | kubeconfig | reset | build
  node NODE -- COMMAND        run a command inside a node
  netns WHICH -- COMMAND      run a command in the network namespace switch, external, lb or a node's`

/** Reads the command line of the cluster tool (pure); throws a sentence for what it does not understand. */
export function parseCommandLine(argv: readonly string[]): Command {
  const end = argv.indexOf('--')
  const own = end < 0 ? argv : argv.slice(0, end)
  const rest = end < 0 ? [] : argv.slice(end + 1)
  const { values, positionals } = parseArgs({
    args: [...own],
    allowPositionals: true,
    options: {
      name: { type: 'string', default: 'a' },
      nodes: { type: 'string', default: String(DEFAULT_OPTIONS.nodes) },
      'proxy-mode': { type: 'string', default: DEFAULT_OPTIONS.proxyMode },
      'dual-stack': { type: 'boolean', default: false },
      'second-nic': { type: 'boolean', default: false },
      netpol: { type: 'boolean', default: false },
      external: { type: 'boolean', default: false },
      'ipvs-node': { type: 'boolean', default: false },
    },
  })
  const verb = VERBS.find((known) => known === positionals[0])
  if (!verb) throw new Error(`${positionals[0] ?? 'no command given'}: not a command.\n${USAGE}`)
  const { name } = values
  if (verb === 'node' || verb === 'netns') {
    const where = positionals[1]
    if (!where || rest.length === 0) throw new Error(`${verb}: give a name, then \`--\`, then a command.\n${USAGE}`)
    return { verb, name, where, argv: rest }
  }
  if (verb !== 'up') return { verb, name }
  const proxyMode = values['proxy-mode']
  if (proxyMode !== 'iptables' && proxyMode !== 'nftables') {
    throw new Error(`--proxy-mode ${proxyMode}: give iptables or nftables.`)
  }
  const options: LabOptions = {
    nodes: Number(values.nodes),
    proxyMode,
    dualStack: values['dual-stack'],
    secondNic: values['second-nic'],
    netpol: values.netpol,
    external: values.external,
    ipvsNode: values['ipvs-node'],
  }
  return { verb, name, options }
}
