import type { Stage, Step } from '../../cluster/scenario.ts'
import { sepChain, WEB_NFT } from './kube-proxy.ts'
import { ask, kubectl } from './kubectl.ts'
import { backend, clusterIp, endpointOn, probe, run } from './probe.ts'
import { onNode, shell, until } from './run.ts'

/** Address of the web pod on a node. */
export async function addressOn(stage: Stage, node: string, app = 'web'): Promise<string> {
  return new URL(await endpointOn(node, 8080, app)(stage)).hostname
}

/** On `node`, connections for the endpoint on `of` go to its port 9 (or to `target`). */
export function wrongDnat(node: string, of: string, target?: string): Step {
  return async (stage) => {
    const ip = await addressOn(stage, of)
    const to = target ?? `${ip}:9`
    if (stage.mode === 'nftables') {
      const chain = await endpointChain(stage, node, ip)
      const rules = [`ip saddr ${ip} jump mark-for-masquerade`, `meta l4proto tcp dnat to ${to}`]
      await onNode(node, `nft flush chain ip kube-proxy '${chain}'`)(stage)
      for (const rule of rules) await onNode(node, `nft add rule ip kube-proxy '${chain}' ${rule}`)(stage)
      return
    }
    const chain = await sepChain(stage, node, ip)
    await onNode(node, `iptables -t nat -R ${chain} 2 -p tcp -m tcp -j DNAT --to-destination ${to}`)(stage)
  }
}

/** On `node`, connections of the endpoint on `of` to itself keep their source. */
export function hairpinUnmarked(node: string, of = node): Step {
  return async (stage) => {
    const ip = await addressOn(stage, of)
    if (stage.mode === 'nftables') {
      const chain = await endpointChain(stage, node, ip)
      await onNode(
        node,
        `nft flush chain ip kube-proxy '${chain}'; nft add rule ip kube-proxy '${chain}' meta l4proto tcp dnat to ${ip}:8080`,
      )(stage)
    } else await onNode(node, `iptables -t nat -D ${await sepChain(stage, node, ip)} 1`)(stage)
  }
}

/** Has kube-proxy write the Service's own chains anew on every node: a change of its slice, of no other meaning. */
export const touchSlice: Step = async (stage) => {
  const label = `touched=${Date.now()}`
  await kubectl(`label endpointslices -l kubernetes.io/service-name=web --overwrite ${label}`)(stage)
}

/** Empties the chain that spreads web's connections over its endpoints. */
export function emptyWebChain(node: string): Step {
  return (stage) =>
    onNode(
      node,
      stage.mode === 'nftables'
        ? `nft flush chain ip kube-proxy '${WEB_NFT}'`
        : 'iptables -t nat -F KUBE-SVC-CDGGSHYLG3RE2FKL',
    )(stage)
}

/** Waits until the web pod on a node is never answered by itself through its Service, though others answer it. */
export function neverReachesItself(node: string, seconds = 40): Step {
  return async (stage) => {
    const name = await run(stage, backend(node), 'hostname')
    const address = `${await clusterIp()(stage)}hostname`
    await until(`the web pod on ${node} never reaches itself`, seconds, async () => {
      const tries = await Promise.all(
        Array.from({ length: 3 }, () =>
          run(stage, backend(node), `for i in 1 2 3 4 5; do curl -s -m 4 ${address}; echo; done`),
        ),
      )
      return tries.every(({ stdout }) => !stdout.includes(name.stdout.trim()))
    })
  }
}

/** Whether any try of a web pod to its own Service fails. */
export function selfCallFails(node: string): Step {
  return (stage) =>
    until(`a self-call of the web pod on ${node} fails`, 40, async () =>
      (await probe(stage, backend(node), clusterIp(), 10)).some((fate) => fate !== 'ok'),
    )
}

async function endpointChain(stage: Stage, node: string, ip: string): Promise<string> {
  return shell(
    stage,
    node,
    `nft list chains ip kube-proxy 2>/dev/null | grep -o 'endpoint-[^ ]*default/web/[^ ]*__${ip}/8080' | head -1`,
  )
}

/** kube-proxy's answer to `/proxyMode` and the like on a node. */
export async function proxySays(stage: Stage, node: string, path: string): Promise<string> {
  return (await stage.node(node, `curl -s -m 3 127.0.0.1:10249${path}`)).stdout
}

/** The Service's cluster address. */
export async function webAddress(stage: Stage): Promise<string> {
  return ask(stage, 'get service web -o', 'jsonpath={.spec.clusterIP}')
}
