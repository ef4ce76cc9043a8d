import { styleText } from 'node:util'

/** How a report is drawn. The caller decides from flags and terminal; the report itself never looks at the machine. */
export interface Style {
  /** Columns of the screen; prose and table cells are wrapped to it, commands and rules never are. */
  width: number
  color: boolean
  /** Only ASCII signs and frames. */
  ascii: boolean
  /** Framed tables, for a person at a terminal; otherwise columns without lines, as kubectl prints them. */
  boxes: boolean
}

export type Tone = 'good' | 'bad' | 'doubt' | 'quiet' | 'strong' | 'head'

const formats = {
  good: 'green',
  bad: 'red',
  doubt: 'yellow',
  quiet: 'gray',
  strong: 'bold',
  head: ['bold', 'underline'],
} as const

/** Text in the tone's colour, or as it is where colour is off. `validateStream: false`: the decision is already in the style. */
export function paint(style: Style, tone: Tone, text: string): string {
  return style.color && text ? styleText([...[formats[tone]].flat()], text, { validateStream: false }) : text
}
