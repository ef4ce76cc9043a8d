import type { Step } from '../../cluster/scenario.ts'
import { ask, kubectl, patchOps } from './kubectl.ts'
import { nodeShows, onNode, shell, steps, until } from './run.ts'

const onDelete = '{"spec":{"updateStrategy":{"type":"OnDelete"}}}'
const rolling = '{"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1}}}}'

/** Takes kube-proxy off one node and leaves the others and all rules alone. The kubelet would restart a killed one. */
export function kpStop(node: string): Step {
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'NotIn', values: [node] }] },
        ],
      },
    },
  }
  const change = { spec: { updateStrategy: { type: 'OnDelete' }, template: { spec: { affinity } } } }
  return steps(
    kubectl('-n kube-system patch ds kube-proxy -p', JSON.stringify(change)),
    nodeShows(node, '! pidof kube-proxy'),
  )
}

/** Brings it back and waits until it has synced. */
export function kpStart(node: string): Step {
  return steps(
    async (stage) => {
      const affinity = await ask(
        stage,
        '-n kube-system get ds kube-proxy -o',
        'jsonpath={.spec.template.spec.affinity}',
      )
      if (affinity)
        await patchOps('ds kube-proxy -n kube-system', [{ op: 'remove', path: '/spec/template/spec/affinity' }])(stage)
    },
    kpHealthy(node),
    kubectl('-n kube-system patch ds kube-proxy -p', rolling),
  )
}

/** Replaces the node's kube-proxy pod: a full sync of its rules. */
export function kpRestart(node: string): Step {
  return steps(async (stage) => {
    const name = await kpPod(stage, node)
    await kubectl(`-n kube-system delete ${name} --now`)(stage)
  }, kpHealthy(node))
}

/** Edits one key of kube-proxy's configuration for one node: only its pod is restarted, the others go on as they are. */
export function kpConfig(node: string, edit: (config: string) => string): Step {
  return steps(kubectl('-n kube-system patch ds kube-proxy -p', onDelete), editConfig(edit), async (stage) => {
    await kubectl(`-n kube-system delete ${await kpPod(stage, node)} --now`)(stage)
  })
}

/** Puts the configuration back by the opposite edit, and the node's kube-proxy with it. */
export function kpConfigBack(node: string, edit: (config: string) => string): Step {
  return steps(editConfig(edit), kpRestart(node), kubectl('-n kube-system patch ds kube-proxy -p', rolling))
}

/** Lets the kube-proxy of one node take itself for another one, as a copied command line does. */
export function kpTakesItselfFor(node: string, name: string): Step {
  return steps(kubectl('-n kube-system patch ds kube-proxy -p', onDelete), kpNameOption(name), kpRestart(node))
}

/** Gives it its own name again. */
export function kpKnowsItself(node: string): Step {
  return steps(kpNameOption('$(NODE_NAME)'), kpRestart(node), kubectl('-n kube-system patch ds kube-proxy -p', rolling))
}

function kpNameOption(name: string): Step {
  const path = '/spec/template/spec/containers/0/command/2'
  return patchOps('ds kube-proxy -n kube-system', [{ op: 'replace', path, value: `--hostname-override=${name}` }])
}

function editConfig(edit: (config: string) => string): Step {
  return async (stage) => {
    const map = JSON.parse(await ask(stage, '-n kube-system get cm kube-proxy -o json')) as {
      data: Record<string, string>
    }
    const change = { data: { 'config.conf': edit(map.data['config.conf'] ?? '') } }
    await kubectl('-n kube-system patch cm kube-proxy --type=merge -p', JSON.stringify(change))(stage)
  }
}

/** Waits until kube-proxy on the node is another process than before and answers its health check. */
export function kpHealthy(node: string): Step {
  return (stage) =>
    until(`kube-proxy on ${node} is healthy`, 60, async () => {
      const pod = await ask(
        stage,
        `-n kube-system get pods -l k8s-app=kube-proxy --field-selector spec.nodeName=${node} -o`,
        'jsonpath={range .items[*]}{.metadata.deletionTimestamp}{.status.containerStatuses[0].ready} {end}',
      )
      if (pod.trim() !== 'true') return false
      const { stdout } = await stage.node(
        node,
        'curl -s -m 3 127.0.0.1:10249/metrics | grep -c "^kubeproxy_sync_proxy_rules_last_timestamp_seconds"',
      )
      return Number(stdout) > 0
    })
}

/** SIGSTOP: the process is there and does nothing; its pod stays Running and Ready. */
export const kpFreeze = (node: string): Step => onNode(node, 'kill -STOP $(pidof kube-proxy)')
export const kpThaw = (node: string): Step => onNode(node, 'kill -CONT $(pidof kube-proxy)')

/** Name of a chain of kube-proxy's iptables rules on a node, by the comment of the endpoint it leads to. */
export async function sepChain(stage: Parameters<Step>[0], node: string, ip: string): Promise<string> {
  return shell(stage, node, `iptables-save -t nat | grep -- '--to-destination ${ip}:8080' | awk '{print $2}' | head -1`)
}

/** The chain of web's only port: the name is a hash of `default/web:http` and the protocol. */
export const WEB_CHAIN = 'KUBE-SVC-CDGGSHYLG3RE2FKL'

/** kube-proxy's nftables chains of web. */
export const WEB_NFT = 'service-SUSTUHLJ-default/web/tcp/http'

async function kpPod(stage: Parameters<Step>[0], node: string): Promise<string> {
  return ask(stage, `-n kube-system get pods -l k8s-app=kube-proxy --field-selector spec.nodeName=${node} -o name`)
}

/** Deletes the node's kube-proxy pod and waits for nothing. */
export function kpDelete(node: string): Step {
  return async (stage) => kubectl(`-n kube-system delete ${await kpPod(stage, node)} --now`)(stage)
}

/** Changes the API server's address in kube-proxy's kubeconfig, for one node alone, and puts the ConfigMap back at once. */
export function kpKubeconfig(node: string, from: string, to: string): Step {
  const edit =
    (one: string, other: string): Step =>
    async (stage) => {
      const map = await ask(stage, '-n kube-system get cm kube-proxy -o json')
      const { data } = JSON.parse(map) as { data: Record<string, string> }
      const change = { data: { 'kubeconfig.conf': (data['kubeconfig.conf'] ?? '').replace(one, other) } }
      await kubectl('-n kube-system patch cm kube-proxy --type=merge -p', JSON.stringify(change))(stage)
    }
  const stock = 'https://172.30.0.10:6443'
  return steps(edit(stock, to), edit(from, to), kpRestart(node), edit(to, stock))
}

/** The program with which kube-proxy on a node writes rules fails from now on: a fault of its image or kernel. */
export function kpWritesFail(node: string): Step {
  return (stage) => {
    const program = stage.mode === 'nftables' ? '/usr/sbin/nft' : '/usr/sbin/xtables-nft-multi'
    return onNode(node, `nsenter -t $(pidof kube-proxy) -m mount --bind /bin/false ${program}`)(stage)
  }
}
