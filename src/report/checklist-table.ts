import type { ChecklistItem } from '../model.ts'
import type { Style } from './style.ts'
import { sign } from './symbols.ts'
import { type TableCell, table } from './table.ts'
import { wrap } from './wrap.ts'

/** The checklist of the axes as a table; an axis is named once, above its items. */
export function checklistTable(style: Style, items: ChecklistItem[]): string {
  const rows = items.map((item, at): TableCell[] => {
    const { text, tone } = sign(style, item.state)
    const axis = items[at - 1]?.axis === item.axis ? '' : item.axis
    const state = item.state === 'not-applicable' ? 'n/a' : item.state
    return [
      { text: axis, tone: 'strong' },
      { text: `${text} ${state}`, tone },
      { text: wrap(item.item, 28).join('\n') },
      { text: item.says },
    ]
  })
  return table(style, ['AXIS', 'STATE', 'ITEM', 'WHAT WAS SEEN'], rows, 3)
}
