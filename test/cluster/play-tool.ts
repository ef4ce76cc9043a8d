import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { Report } from '../../src/model.ts'
import { ensureArtifacts } from './artifacts.ts'
import { runCommand } from './command.ts'
import type { Scenario, Stage } from './scenario.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The built command behind a real kubectl. */
export interface Tool {
  /** The commit the command was built from, with a plus where its sources were changed since; absent outside a git tree. */
  commit?: string
  /** Asks about the scenario's Service and keeps the bundle at `bundle`. */
  live(stage: Stage, scenario: Scenario, bundle: string): Promise<Run>
  /** The report from a kept bundle, with no cluster in reach. */
  replay(bundle: string): Promise<Run>
  /** Starts the command and interrupts it after `seconds`. */
  interrupted(stage: Stage, scenario: Scenario, seconds: number): Promise<Run>
  /** Runs a line as pasted into a terminal where this kubectl works for this cluster. */
  paste(stage: Stage, line: string): Promise<{ exitCode: number; stdout: string; stderr: string }>
  /** A path for a bundle that goes away with the tool. */
  scratch(name: string): string
  close(): void
}

export interface Run {
  exitCode: number
  stdout: string
  stderr: string
  seconds: number
  /** Absent when stdout is no report. */
  report?: Report
}

/** Puts kubectl and the plugin's link into a PATH of its own. */
export async function openTool(): Promise<Tool> {
  const { kubectlPath } = await ensureArtifacts()
  const folder = mkdtempSync(join(tmpdir(), 'svc-debug-play-'))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  symlinkSync(kubectlPath, join(bin, 'kubectl'))
  // a copy: a build in the work tree must not change the tool between a run and its replay
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(root, part), join(folder, 'plugin', part), { recursive: true })
  symlinkSync(join(folder, 'plugin/bin/run.js'), join(bin, 'kubectl-svc_debug'))
  const environment = (kubeconfig = join(folder, 'none')) => ({
    PATH: `${bin}:${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    KUBECONFIG: kubeconfig,
  })
  const run = async (args: string[], kubeconfig?: string, interruptAfter?: number): Promise<Run> => {
    const started = Date.now()
    const child = execa(join(bin, 'kubectl'), ['svc-debug', ...args], {
      reject: false,
      timeout: 400_000,
      stdin: 'ignore',
      cwd: folder,
      extendEnv: false,
      env: environment(kubeconfig),
    })
    const timer =
      interruptAfter === undefined ? undefined : setTimeout(() => child.kill('SIGINT'), interruptAfter * 1000)
    const { exitCode = 137, stdout, stderr } = await child
    clearTimeout(timer)
    const report = asReport(stdout)
    return { exitCode, stdout, stderr, seconds: (Date.now() - started) / 1000, ...(report ? { report } : {}) }
  }
  const question = (
    { ipvsNode }: Stage,
    { service = 'web', namespace = 'default', flags = ['--node-probes=always'] }: Scenario,
  ) => [
    ...[service, '-n', namespace, ...flags, '-o', 'json'],
    // a node in User-mode Linux is slow beyond the default limits
    ...(ipvsNode === undefined ? [] : ['--pod-timeout=90s', '--timeout=5m']),
  ]
  const commit = await builtFrom()
  return {
    ...(commit === undefined ? {} : { commit }),
    live: (stage, scenario, bundle) => run([...question(stage, scenario), '--save', bundle], stage.kubeconfig),
    replay: (bundle) => run(['--from', bundle, '-o', 'json']),
    interrupted: (stage, scenario, seconds) => run(question(stage, scenario), stage.kubeconfig, seconds),
    paste: (stage, line) => {
      const env = environment(stage.kubeconfig)
      return runCommand('sh', ['-c', line], { env, cwd: folder, timeout: 120_000 })
    },
    scratch: (name) => join(folder, name),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function builtFrom(): Promise<string | undefined> {
  const git = (args: string[]) => runCommand('git', args, { cwd: root })
  const head = await git(['rev-parse', '--short', 'HEAD'])
  if (head.exitCode !== 0) return undefined
  const changed = await git(['status', '--porcelain', '--', 'src', 'bin', 'package.json'])
  return `${head.stdout.trim()}${changed.stdout.trim() === '' ? '' : '+'}`
}

function asReport(text: string): Report | undefined {
  try {
    const value = JSON.parse(text) as Report
    return value.kind === 'ServiceDiagnosis' ? value : undefined
  } catch {
    return undefined
  }
}
