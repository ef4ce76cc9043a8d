import type { Tree, Where } from './choices.ts'
import type { Course, End, UnknownKind } from './world.ts'

/**
 * All courses of a walk with their shares. A choice that is only not known to us counts if it changes the fate: then the end is
 * `unknown`; else one branch, the likely one, stands for all.
 */
export function foldCourses(tree: Tree<Course>): Course[] {
  return merge(fold(tree))
}

function fold(tree: Tree<Course>): Course[] {
  if ('leaf' in tree) return [tree.leaf]
  const branches = tree.branches.map(fold)
  if (tree.kind === 'random') return weighted(branches, tree.shares)
  // what fails although the program accepts fails for sure
  if (tree.kind === 'program')
    return branches[0]!.map((course) => (arrives(course) ? undecided(course, tree.where, 'program') : course))
  const [first = new Set<string>(), ...others] = branches.map(
    (courses) => new Set(courses.map((course) => fateOf(course, tree.kind !== 'hash'))),
  )
  const within = (one: Set<string>, other: Set<string>) => [...one].every((fate) => other.has(fate))
  // what the unlikely branch may bring, the likely one may bring as well
  if (tree.kind === 'likely' && others.every((other) => within(other, first))) return branches[0]!
  if (others.every((other) => within(other, first) && within(first, other)))
    return tree.kind === 'hash' ? weighted(branches, tree.shares) : branches[0]!
  return [undecided({ ...branches[0]![0]!, share: 1 }, tree.where)]
}

function undecided({ share, steps }: Course, where: Where, because?: UnknownKind): Course {
  return { share, steps, end: { fate: 'unknown', ...where, ...(because && { because }) } }
}

function arrives({ end, back }: Course): boolean {
  return end.fate === 'delivered' && (back === undefined || back.end.fate === 'delivered')
}

function weighted(branches: Course[][], shares: readonly number[]): Course[] {
  return branches.flatMap((courses, at) =>
    shares[at] === 0 ? [] : courses.map((course) => ({ ...course, share: course.share * shares[at]! })),
  )
}

/** What the sender of the packet notices: how it ended (`exactly`: at whom, from whom), and what became of the answer. */
function fateOf({ end, back }: Course, exactly: boolean): string {
  const to = end.fate === 'delivered' ? JSON.stringify(end.to) : ''
  const whom = exactly && (to || end.fate === 'rejected') ? `${to} ${end.packet?.source}` : ''
  return `${endKey(end)} ${whom} ${back ? endKey(back.end) : ''}`
}

function endKey(end: End): string {
  if (end.fate === 'lost') return `lost ${end.kind}`
  return end.fate === 'rejected' ? `rejected ${end.with}` : end.fate
}

/** Courses that differ in nothing but a choice without consequence are one. */
function merge(courses: Course[]): Course[] {
  const merged = new Map<string, Course>()
  for (const course of courses) {
    const place = (end: End) =>
      `${endKey(end)} ${'at' in end ? `${end.at} ${JSON.stringify(end.proof)}` : JSON.stringify(end.to)} ${end.packet?.source}`
    const key = `${place(course.end)} ${course.back ? place(course.back.end) : ''} ${JSON.stringify(course.translatedTo)}`
    const known = merged.get(key)
    if (known) known.share += course.share
    else merged.set(key, { ...course })
  }
  return [...merged.values()]
}
