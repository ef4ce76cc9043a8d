import type { Step } from '../../cluster/scenario.ts'
import { ask, kubectl, patch, patchOps } from './kubectl.ts'
import { nodeShows, onNode, steps, undoOnNode, until } from './run.ts'

/** Keeps the running agent from repairing what is about to be broken; its pod stays Running and Ready. */
export const flannelHold = (node: string): Step => onNode(node, 'for p in $(pidof flanneld); do kill -STOP $p; done')
export const flannelRelease = (node: string): Step =>
  undoOnNode(node, 'for p in $(pidof flanneld); do kill -CONT $p; done')

/** Replaces the node's agent, which writes routes, FDB and neighbours anew, and waits until it is ready. */
export function flannelRestart(node: string): Step {
  return steps(deletePod(node), flannelReady(node))
}

export function flannelReady(node: string): Step {
  return (stage) =>
    until(`flannel on ${node} is ready`, 60, async () => {
      const pod = await ask(
        stage,
        `-n kube-flannel get pods --field-selector spec.nodeName=${node} -o`,
        'jsonpath={range .items[*]}{.metadata.deletionTimestamp}{.status.containerStatuses[0].ready} {end}',
      )
      return pod.trim() === 'true'
    })
}

/**
 * Name of the host's end of a pod's veth pair, by the pod's address: `ip route get` knows the bridge, the FDB the port. The ping fills
 * the neighbour table for a pod that nobody has asked yet.
 */
export const vethOf = (ip: string): string =>
  `$(ping -c 1 -W 1 ${ip} >/dev/null 2>&1; bridge fdb show br cni0 | grep -i "^$(ip neigh show ${ip} dev cni0 | sed -n 's/.*lladdr \\([^ ]*\\).*/\\1/p')" | grep -v permanent | sed 's/.* dev \\([^ ]*\\).*/\\1/' | head -1)`

const agent = 'ds kube-flannel-ds -n kube-flannel'
const onDelete = patch(agent, { spec: { updateStrategy: { type: 'OnDelete', rollingUpdate: null } } })
const rolling = patch(agent, {
  spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } },
})

/** Takes the agent off one node for good; the others go on as they are. */
export function flannelAway(node: string): Step {
  const nodeSelectorTerms = [
    { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'NotIn', values: [node] }] },
  ]
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } }
  return steps(
    onDelete,
    patch(agent, { spec: { template: { spec: { affinity } } } }),
    nodeShows(node, '! pidof flanneld', 60),
  )
}

/** Brings it back. */
export function flannelBack(node: string): Step {
  return steps(patch(agent, { spec: { template: { spec: { affinity: null } } } }), flannelReady(node), rolling)
}

/** Gives the agent further arguments on one node alone; the agents of other nodes go on with their old ones. */
export function flannelArgs(node: string, ...args: string[]): Step {
  return steps(onDelete, command(args), deletePod(node))
}

/** Takes them back. */
export function flannelArgsBack(node: string): Step {
  return steps(command([]), deletePod(node), flannelReady(node), rolling)
}

function command(args: string[]): Step {
  const value = ['/opt/bin/flanneld', '--ip-masq', '--kube-subnet-mgr', ...args]
  return patchOps(agent, [{ op: 'replace', path: '/spec/template/spec/containers/0/command', value }])
}

function deletePod(node: string): Step {
  return async (stage) => {
    const pods = await ask(stage, `-n kube-flannel get pods --field-selector spec.nodeName=${node} -o name`)
    for (const one of pods.split('\n').filter(Boolean)) await kubectl(`-n kube-flannel delete ${one} --now`)(stage)
  }
}
