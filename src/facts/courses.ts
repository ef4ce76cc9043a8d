import type { Cell, Family } from '../model.ts'
import { walk } from '../walk/walk.ts'
import type { Course, Packet, World } from '../walk/world.ts'

/** The packet that a cell's tries sent first; undefined where the cell is no packet's fate (a name without an address). */
export function packetOf(cell: Cell): Packet | undefined {
  const { ip, port, protocol } = cell.to
  if (ip === undefined || protocol === undefined) return undefined
  const family: Family = ip.includes(':') ? 6 : 4
  const packet: Packet = { family, protocol, destination: ip, length: 60 }
  if (port !== undefined) packet.dport = port
  const size = Number(cell.to.variant)
  if (cell.to.variant === 'large') packet.length = 1400
  else if (protocol === 'icmp' && size > 0) packet.length = size + 28
  return packet
}

/** Walks every cell's packet through the world as it was read. */
export function coursesFact(world: World, cells: Cell[]): Map<string, Course[]> {
  const courses = new Map<string, Course[]>()
  for (const cell of cells) {
    const packet = packetOf(cell)
    if (packet) courses.set(cell.id, walk(world, cell.from, packet))
  }
  return courses
}
