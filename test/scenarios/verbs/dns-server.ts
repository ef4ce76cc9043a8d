import type { Step } from '../../cluster/scenario.ts'
import { ask, kubectl, patch } from './kubectl.ts'
import { steps } from './run.ts'

/** Edits the Corefile. CoreDNS itself takes half a minute to notice. */
export function corefile(edit: (text: string) => string): Step {
  return async (stage) => {
    const map = JSON.parse(await ask(stage, '-n kube-system get cm coredns -o json')) as { data: { Corefile: string } }
    const Corefile = edit(map.data.Corefile)
    await patch('cm coredns -n kube-system', { data: { Corefile } })(stage)
  }
}

/** Replaces the CoreDNS pods, whatever becomes of the new ones. */
export const deleteCoreDns: Step = kubectl('-n kube-system delete pods -l k8s-app=kube-dns --now')

/** Replaces them and waits until they are ready. */
export const restartCoreDns: Step = steps(
  deleteCoreDns,
  kubectl('-n kube-system rollout status deploy coredns --timeout=90s'),
)

/** Puts further plugins into the Corefile, and starts CoreDNS anew. `block`: their lines, indented as the Corefile is. */
export const plugins = (block: string): Step =>
  steps(
    corefile((text) => text.replace('\n    ready\n', `\n    ready\n${block}\n`)),
    restartCoreDns,
  )

/** Takes out all that `plugins` put in, whatever a printed fix has left of it. */
export const pluginsGone: Step = steps(
  corefile((text) => text.replace(/(\n {4}ready\n)[\s\S]*?(?= {4}kubernetes )/, '$1')),
  restartCoreDns,
)

/** Sets the nameserver of every node, which CoreDNS forwards to. */
export function nodeResolvers(address: string): Step {
  return async (stage) => {
    for (const node of stage.nodes) await stage.node(node, `echo nameserver ${address} > /etc/resolv.conf`)
  }
}

interface Role {
  rules: { apiGroups?: string[]; resources?: string[]; verbs: string[]; nonResourceURLs?: string[] }[]
}

/** Takes a resource out of a ClusterRole. */
export function clusterRoleWithout(role: string, resource: string): Step {
  return async (stage) => {
    const { rules } = JSON.parse(await ask(stage, `get clusterrole ${role} -o json`)) as Role
    const kept = rules
      .map((rule) => (rule.resources ? { ...rule, resources: rule.resources.filter((one) => one !== resource) } : rule))
      .filter((rule) => rule.nonResourceURLs || (rule.resources?.length ?? 0) > 0)
    await patch(`clusterrole ${role}`, { rules: kept })(stage)
  }
}

/** Puts it back as a rule of its own. */
export function clusterRoleBack(role: string, group: string, resource: string): Step {
  return async (stage) => {
    const { rules } = JSON.parse(await ask(stage, `get clusterrole ${role} -o json`)) as Role
    const rule = { apiGroups: [group], resources: [resource], verbs: ['list', 'watch'] }
    if (!rules.some(({ resources }) => resources?.includes(resource)))
      await patch(`clusterrole ${role}`, { rules: [...rules, rule] })(stage)
  }
}

/** CoreDNS on the control plane, as kubeadm leaves it, wherever restarts have put it since: it is nobody's worker's fault then. */
export const pinCoreDns: Step = async (stage) => {
  const find = '-n kube-system get deploy coredns -o'
  const pinned = await ask(stage, find, 'jsonpath={.spec.template.spec.nodeSelector.kubernetes\\.io/hostname}')
  if (pinned === 'n0') return
  const nodeSelector = { 'kubernetes.io/hostname': 'n0' }
  await patch('deploy coredns -n kube-system', {
    spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } }, template: { spec: { nodeSelector } } },
  })(stage)
  await kubectl('-n kube-system rollout status deploy coredns --timeout=90s')(stage)
}
