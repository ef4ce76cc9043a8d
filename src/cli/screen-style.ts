import type { Style } from '../report/style.ts'
import type { Io, Screen } from './io.ts'

/**
 * How to draw on a screen. Colour only on a terminal and never with `--no-color`, `NO_COLOR` (kubectl takes even an empty
 * one for set) or `TERM=dumb`; `FORCE_COLOR` draws it into pipes, too.
 */
export function screenStyle(io: Io, screen: Screen, wish: { noColor: boolean; ascii: boolean }): Style {
  const terminal = screen.isTTY === true && io.env['TERM'] !== 'dumb'
  const forced = io.env['FORCE_COLOR'] !== undefined && !['0', 'false'].includes(io.env['FORCE_COLOR'])
  const color =
    !wish.noColor && (forced || (terminal && io.env['NO_COLOR'] === undefined && io.env['FORCE_COLOR'] === undefined))
  // Lines of prose beyond 140 columns are hard to read.
  return { width: Math.min(screen.columns || 80, 140), color, ascii: wish.ascii, boxes: terminal }
}
