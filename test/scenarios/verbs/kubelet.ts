import type { Step } from '../../cluster/scenario.ts'
import { ask, kubectl } from './kubectl.ts'
import { onNode, steps, until } from './run.ts'

/** Edits the kubelet's configuration on a node by a sed expression and restarts it. Running pods stay as they are. */
export function kubeletConfig(node: string, sed: string): Step {
  return steps(onNode(node, `sed -i '${sed}' /var/lib/kubelet/config.yaml && systemctl restart kubelet`), (stage) =>
    until(`the kubelet of ${node} is up`, 40, async () => {
      return (await stage.node(node, 'curl -s -m 2 127.0.0.1:10248/healthz')).stdout.includes('ok')
    }),
  )
}

/** A new client pod on a node: one that the kubelet has set up as it is configured now. */
export function newClient(node: string): Step {
  return async (stage) => {
    const find = `get pods -l app=client --field-selector spec.nodeName=${node} -o`
    const old = await ask(stage, find, 'name')
    await kubectl(`delete ${old} --now`)(stage)
    await until(`a new client runs on ${node}`, 60, async () => {
      return (await ask(stage, find, 'jsonpath={.items[*].status.phase}')) === 'Running'
    })
  }
}
