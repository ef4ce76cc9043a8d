import type { NodePlan, Suspect } from '../collect/session.ts'
import type { Question } from '../model.ts'
import { cleanText } from '../report/clean.ts'
import { wrap } from '../report/wrap.ts'

export type Answer = 'yes' | 'no' | 'all' | 'never' | 'commands' | 'manifest'

/** Asks one question with choices; rejects where the person pressed Ctrl-C. */
export type Choose = (message: string, choices: { value: Answer; name: string }[]) => Promise<Answer>

export interface ConsentWays {
  choose: Choose
  /** Prints lines that stay on the screen. */
  show: (text: string) => void
  /** Columns of the screen. */
  width: number
  /** The person wants to leave. */
  interrupt: () => void
}

/**
 * Asks, for each suspect node, whether its network state may be read by a host-network pod; gives the nodes agreed to.
 * "Yes to all" and "never" hold for later rounds of the same run, too.
 */
export function consent({
  choose,
  show,
  interrupt,
  width,
}: ConsentWays): (suspects: Suspect[], plan: NodePlan) => Promise<Set<string>> {
  let standing: 'all' | 'never' | undefined
  return async (suspects, plan) => {
    const agreed = new Set<string>()
    for (const [at, suspect] of suspects.entries()) {
      if (standing === undefined) show(explanation(suspect, plan, width))
      const answer = standing ?? (await ask(suspect, suspects.length - at, plan))
      if (answer === 'all' || answer === 'never') standing = answer
      if (answer === 'yes' || answer === 'all') agreed.add(suspect.node)
    }
    return agreed
  }

  async function ask({ node }: Suspect, left: number, plan: NodePlan): Promise<Answer> {
    const choices: { value: Answer; name: string }[] = [
      { value: 'yes', name: 'yes' },
      { value: 'no', name: `no, not ${node}` },
      {
        value: 'all',
        name: left > 1 ? `yes, and the other ${left - 1}, too` : 'yes, and for this run do not ask again',
      },
      { value: 'never', name: 'never in this run' },
      { value: 'commands', name: 'show the commands' },
      { value: 'manifest', name: 'show the pod' },
    ]
    for (;;) {
      try {
        const answer = await choose(`Read the network state of ${node}?`, choices)
        if (answer === 'commands') show(commands(plan.questions.get(node) ?? []))
        else if (answer === 'manifest') show(JSON.stringify(plan.manifest(node), null, 2))
        else return answer
      } catch (error) {
        // Ctrl-C at the prompt is no SIGINT: the terminal is in raw mode there. An abort means that one has come already.
        if ((error as Error).name === 'ExitPromptError') interrupt()
        return 'never'
      }
    }
  }
}

function explanation(
  { node, why, peer }: Suspect,
  { image, namespace, capabilities, questions }: NodePlan,
  width: number,
): string {
  const count = questions.get(node)?.length ?? 0
  const head = peer
    ? `Node ${node} looks healthy and would be read to compare: ${why}`
    : `Node ${node} is suspect: ${why}`
  const what =
    `A pod would read its rules, routes and sockets with ${count} ${count === 1 ? 'command' : 'commands'}, change nothing, and be deleted at once: ` +
    `image ${image}, namespace ${namespace}, host network, capabilities ${capabilities.join(' and ')}, not privileged, no files of the node.`
  return cleanText([...wrap(head, width), ...wrap(what, width - 2).map((line) => `  ${line}`)].join('\n'))
}

function commands(questions: Question[]): string {
  const lines = questions.flatMap((question) => ('run' in question ? [`# ${question.path}`, question.run] : []))
  return lines.join('\n')
}
