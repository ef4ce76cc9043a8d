import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Node looks for this word to learn whether something was put into it; from Node's documentation of single executables. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

/**
 * One file that holds Node and the built command; gives its path. Node is stripped before the injection: 25 MiB less, and
 * stripping afterwards would break it. `execArgvExtension: none` keeps the user's NODE_OPTIONS out. Paths are relative to
 * `work`, because the blob remembers them.
 */
export function executable(root: string, work: string): string {
  const dist = join(root, 'dist')
  const files = readdirSync(dist).filter((name) => /\.cjs(\..*\.cache)?$/.test(name))
  for (const name of files) copyFileSync(join(dist, name), join(work, name))
  const config = {
    main: 'boot.cjs',
    output: 'sea.blob',
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: false,
    execArgvExtension: 'none',
    assets: Object.fromEntries(files.sort().map((name) => [name, name])),
  }
  writeFileSync(join(work, 'sea.json'), JSON.stringify(config))
  const run = (program: string, args: string[]) =>
    execFileSync(program, args, { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] })
  run(process.execPath, ['--experimental-sea-config', 'sea.json'])

  const program = join(work, 'kubectl-svc_debug')
  copyFileSync(process.execPath, program)
  chmodSync(program, 0o755)
  try {
    run('strip', [program])
  } catch (error) {
    throw new Error(
      "cannot strip the copy of Node: 'strip' is missing or failed; install the Debian package binutils",
      {
        cause: error,
      },
    )
  }
  const postject = join(root, 'node_modules/postject/dist/cli.js')
  run(process.execPath, [postject, program, 'NODE_SEA_BLOB', 'sea.blob', '--sentinel-fuse', fuse])
  return program
}
