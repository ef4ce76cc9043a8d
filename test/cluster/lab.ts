import { type CommandOptions, type CommandResult, runCommand } from './command.ts'
import { healthProblems } from './health.ts'
import { runInUml } from './ipvs/uml-shell.ts'
import { labFiles } from './lab-files.ts'
import { ipvsNodeName, type LabOptions, netnsName, nodeIp, nodeNames } from './lab-plan.ts'
import { type LabRecord, readRecord } from './lab-record.ts'
import { inNetns } from './net/netns.ts'
import { type NodeCommandOptions, runInNode } from './node/node-shell.ts'
import { resetLab } from './reset/reset.ts'

/** A running lab. No method throws for a command that fails: each returns its exit code and output, in bounded time. */
export type Lab = {
  name: string
  options: LabOptions
  /** The nodes in network namespaces. */
  nodes: string[]
  /** The node in User-mode Linux, whose kube-proxy is in IPVS mode, if the lab has one. */
  ipvsNode: string | undefined
  /** Path of the kubeconfig of its administrator. */
  kubeconfig: string
  /** The state directory; ends with `down`. */
  directory: string
  nodeIp: (node: string) => string
  /** Runs a shell command (bash) as root inside a node. */
  node: (node: string, shellCommand: string, options?: NodeCommandOptions) => Promise<CommandResult>
  /** Runs a shell command in a network namespace only: `switch`, `external`, `lb` or a node's name. */
  netns: (which: string, shellCommand: string, options?: CommandOptions) => Promise<CommandResult>
  kubectl: (args: readonly string[], options?: CommandOptions) => Promise<CommandResult>
  /** Runs curl with the given arguments as the external host 172.30.0.100. */
  external: (curlArgs: readonly string[], options?: CommandOptions) => Promise<CommandResult>
  /** What keeps the lab from being healthy, one sentence each; empty if nothing does. */
  status: () => Promise<string[]>
  /** Brings the lab back to its state at the end of `up`; returns what had to be brought back. Throws if it cannot. */
  reset: () => Promise<string[]>
}

/** Opens a lab that `up` brought up; throws a sentence with the command to run if there is none of that name. */
export async function openLab(name: string): Promise<Lab> {
  const record = await readRecord(name)
  if (!record) throw new Error(`There is no cluster ${name}: run \`npm run cluster -- up --name ${name}\`.`)
  return labOf(record)
}

/** The same for a record at hand, also while the lab is still coming up. */
export function labOf(record: LabRecord): Lab {
  const { name, options, artifacts } = record
  const files = labFiles(name)
  const ipvsNode = options.ipvsNode ? ipvsNodeName(options) : undefined
  const lab: Lab = {
    name,
    options,
    nodes: nodeNames(options),
    ipvsNode,
    kubeconfig: files.kubeconfig,
    directory: files.root,
    nodeIp,
    node: (node, shellCommand, settings) =>
      node === ipvsNode
        ? runInUml(files.node(node), shellCommand, settings)
        : runInNode(files, artifacts, node, ['/bin/bash', '-c', shellCommand], settings),
    netns: (which, shellCommand, settings) =>
      inNetns(netnsName(name, which), ['/bin/bash', '-c', shellCommand], settings),
    kubectl: (args, settings) =>
      runCommand(artifacts.kubectlPath, ['--kubeconfig', files.kubeconfig, ...args], settings),
    external: (curlArgs, settings) => inNetns(netnsName(name, 'external'), ['curl', '-sS', ...curlArgs], settings),
    status: () => healthProblems(lab),
    reset: async () => {
      const said: string[] = []
      await resetLab(lab, (line) => said.push(line))
      return said
    },
  }
  return lab
}
