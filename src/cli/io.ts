/** The terminal as the command sees it; tests pass their own. */
export interface Io {
  stdin: { isTTY?: boolean }
  stdout: Screen
  stderr: Screen
  env: NodeJS.ProcessEnv
}

/** Where text goes. `columns` may be 0 on pseudo terminals that do not know their size. */
export interface Screen {
  isTTY?: boolean
  columns?: number
  write(text: string): unknown
}

/** A person is there to be asked: questions go to stderr and answers come from stdin. */
export function interactive(io: Io, noInput: boolean): boolean {
  return !noInput && io.stdin.isTTY === true && io.stderr.isTTY === true && io.env['TERM'] !== 'dumb'
}
