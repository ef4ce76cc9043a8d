import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { chunks } from './build/chunks.ts'
import { apart, lazyClients, pureClientNode, stubs } from './build/plugins.ts'
import { thirdParty } from './build/third-party.ts'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')
// Built aside and then put in place, so that a run or a test that starts meanwhile never meets half a command.
const fresh = join(root, `.cache/dist-${process.pid}-new`)
const old = join(root, `.cache/dist-${process.pid}-old`)

const options: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  outExtension: { '.js': '.cjs' },
  outdir: fresh,
  metafile: true,
  logLevel: 'error',
  // boot.cjs gives chunks their own `require`; a native import() would pass it by.
  supported: { 'dynamic-import': false },
  plugins: [apart, lazyClients, pureClientNode, stubs],
}

try {
  const built = await Promise.all(
    Object.entries(chunks).map(([name, entry]) => build({ ...options, entryPoints: { [name]: entry } })),
  )
  cpSync(join(root, 'scripts/build/boot.cjs'), join(fresh, 'boot.cjs'))
  writeFileSync(
    join(fresh, 'THIRD_PARTY.txt'),
    thirdParty(
      root,
      built.flatMap((one) => Object.keys(one.metafile?.inputs ?? {})),
    ),
  )
  train()
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(fresh, dist)
} finally {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true })
}

/** Runs the built command once for each thing it does offline, so that V8's code cache holds what is really used. */
function train(): void {
  mkdirSync(fresh, { recursive: true })
  const [recorded] = globSync('test/scenarios/*/*.tgz', { cwd: root }).sort()
  const run = (args: string[]) => {
    const env = { ...process.env, SVC_DEBUG_TRAIN: '1', NO_COLOR: '1' }
    try {
      execFileSync(process.execPath, [join(fresh, 'boot.cjs'), ...args], {
        cwd: root,
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
    } catch (error) {
      // 1 and 2 are verdicts; anything else means that the build is broken.
      const { status, stderr } = error as { status: number | null; stderr: Buffer }
      if (status !== 1 && status !== 2) throw new Error(`the built command fails with ${args.join(' ')}: ${stderr}`)
    }
  }
  run(['--help'])
  if (recorded) run(['--from', recorded])
}
