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
    `nft list table ip kube-proxy | grep -o 'endpoint-[^ ]*default/web/[^ ]*__${ip}/8080' | head -1`,
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

/** What iptables mode would have written on a node for web: entry, spreading, endpoints. For clusters in another mode. */
export function iptablesModeLeftovers(node: string): Step {
  return async (stage) => {
    const address = await webAddress(stage)
    const [one, other] = [await addressOn(stage, 'n1'), await addressOn(stage, 'n2')]
    const web = '-m comment --comment "default/web:http'
    const rules = [
      '*nat',
      ':KUBE-SERVICES - [0:0]',
      ':KUBE-MARK-MASQ - [0:0]',
      ':KUBE-SVC-CDGGSHYLG3RE2FKL - [0:0]',
      ':KUBE-SEP-ELX6N4Z5RGB67TLC - [0:0]',
      ':KUBE-SEP-YYQCU4TCGTAHGAPQ - [0:0]',
      '-I PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '-I OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
      `-A KUBE-SERVICES -d ${address}/32 -p tcp ${web} cluster IP" -m tcp --dport 80 -j KUBE-SVC-CDGGSHYLG3RE2FKL`,
      `-A KUBE-SVC-CDGGSHYLG3RE2FKL ! -s 10.244.0.0/16 -d ${address}/32 -p tcp ${web} cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ`,
      `-A KUBE-SVC-CDGGSHYLG3RE2FKL ${web} -> ${one}:8080" -m statistic --mode random --probability 0.5 -j KUBE-SEP-ELX6N4Z5RGB67TLC`,
      `-A KUBE-SVC-CDGGSHYLG3RE2FKL ${web} -> ${other}:8080" -j KUBE-SEP-YYQCU4TCGTAHGAPQ`,
      `-A KUBE-SEP-ELX6N4Z5RGB67TLC -s ${one}/32 ${web}" -j KUBE-MARK-MASQ`,
      `-A KUBE-SEP-ELX6N4Z5RGB67TLC -p tcp ${web}" -m tcp -j DNAT --to-destination ${one}:8080`,
      `-A KUBE-SEP-YYQCU4TCGTAHGAPQ -s ${other}/32 ${web}" -j KUBE-MARK-MASQ`,
      `-A KUBE-SEP-YYQCU4TCGTAHGAPQ -p tcp ${web}" -m tcp -j DNAT --to-destination ${other}:8080`,
      'COMMIT',
    ]
    // of base chains with one priority the newest runs first, so these must be newer than kube-proxy's own
    const anew = 'nft delete chain ip nat PREROUTING; nft delete chain ip nat OUTPUT; true'
    await onNode(node, anew)(stage)
    await onNode(node, `iptables-restore -n <<'END'\n${rules.join('\n')}\nEND`)(stage)
  }
}
