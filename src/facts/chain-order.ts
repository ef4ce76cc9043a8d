import type { Cell } from '../model.ts'
import { walk } from '../walk/walk.ts'
import type { Course, End, NodeState, World } from '../walk/world.ts'
import { agrees, prospect, witness } from './but-for.ts'
import { coursesFact, packetOf } from './courses.ts'

export interface Settled {
  world: World
  courses: Map<string, Course[]>
  /** Ids of the cells whose courses hang on an order that was settled. */
  hinged: Set<string>
}

const orders = ['as-listed', 'turned'] as const

/**
 * The courses of all cells, with the order of base chains settled on each node where what the probes saw tells it. No dump says which of
 * two chains of one priority in different tables was made last and so runs first (nf_hook_entries_grow); where one order contradicts a
 * probe and the other contradicts none, it is the other.
 */
export function settledCourses(world: World, cells: Cell[]): Settled {
  const courses = coursesFact(world, cells)
  const hinged = new Set<string>()
  const nodes = new Map(world.nodes)
  for (const [name, state] of nodes) {
    const open = cells.filter(({ id }) => courses.get(id)?.some((course) => isOpen(course, name)))
    if (open.length === 0) continue
    const fitting = orders.filter((order) => !open.some((cell) => isContradicted(world, state, order, cell, cells)))
    if (fitting.length !== 1) continue
    nodes.set(name, { ...state, chainOrder: fitting[0]! })
    for (const { id } of open) hinged.add(id)
  }
  const settled: World = { ...world, nodes }
  return hinged.size > 0 ? { world: settled, courses: coursesFact(settled, cells), hinged } : { world, courses, hinged }
}

function isOpen({ end, back }: Course, node: string): boolean {
  const isOrder = (one: End | undefined) =>
    one?.fate === 'unknown' && one.because === 'chain-order' && one.node === node
  return isOrder(end) || isOrder(back?.end)
}

function isContradicted(
  world: World,
  state: NodeState,
  chainOrder: (typeof orders)[number],
  cell: Cell,
  cells: readonly Cell[],
): boolean {
  const packet = packetOf(cell)
  if (!packet) return false
  const settled: World = { ...world, nodes: new Map(world.nodes).set(state.name, { ...state, chainOrder }) }
  const foreseen = prospect(walk(settled, cell.from, packet), witness(cell, cells))
  return foreseen.unknown === 0 && !agrees(cell, foreseen)
}
