import { type CommandOptions, type CommandResult, mustRun, runCommand } from '../command.ts'

/** Runs `ip` commands, one a line, in a network namespace; throws with the line that failed. */
export async function ipBatch(netns: string, lines: readonly string[]): Promise<void> {
  await mustRun(`Setting up network namespace ${netns}`, 'ip', ['-n', netns, '-batch', '-'], {
    input: `${lines.join('\n')}\n`,
  })
}

/** Runs a program inside a network namespace of a lab; only its network is another one than the machine's. */
export function inNetns(netns: string, argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return runCommand('nsenter', [`--net=/run/netns/${netns}`, '--', ...argv], options)
}

/** Creates a network namespace with its loopback device up. */
export async function addNetns(netns: string): Promise<void> {
  await mustRun(`Creating network namespace ${netns}`, 'ip', ['netns', 'add', netns])
  await ipBatch(netns, ['link set lo up'])
}

/** Connects `device` of namespace `netns` to a bridge of namespace `hub` by a veth pair whose hub end is `port`. */
export async function plug(netns: string, device: string, hub: string, port: string, bridge: string): Promise<void> {
  await mustRun(`Plugging ${device} of ${netns}`, 'ip', [
    ...['link', 'add', device, 'netns', netns, 'type', 'veth'],
    ...['peer', 'name', port, 'netns', hub],
  ])
  await ipBatch(hub, [`link set ${port} master ${bridge} up`])
  await ipBatch(netns, [`link set ${device} up`])
}

/** The network namespaces of one lab that exist, however much of it does. */
export async function netnsOf(prefix: string): Promise<string[]> {
  const list = await mustRun('Listing network namespaces', 'ip', ['netns', 'list'])
  return list
    .split('\n')
    .map((line) => line.split(' ')[0]!)
    .filter((name) => name.startsWith(prefix))
}
