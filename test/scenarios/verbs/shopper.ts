import type { Step } from '../../cluster/scenario.ts'
import { apply, undoKubectl } from './kubectl.ts'
import { barePod, server } from './objects.ts'
import { steps } from './run.ts'
import { runs } from './web.ts'

/** A client pod of the user's own on n1, for `--client pod/shopper`; waits until it runs. */
export function shopper(container: object = server, pod: object = {}): Step {
  return steps(
    apply(barePod('shopper', 'shopper', container as Record<string, unknown>, { nodeName: 'n1', ...pod })),
    runs('shopper', 1),
  )
}

export const shopperGone: Step = undoKubectl('delete pod shopper --now')
