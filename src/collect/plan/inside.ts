import type { Pod } from '../../facts/kube.ts'
import type { Bundle, Question } from '../../model.ts'
import { dialledScript } from './dialled-script.ts'
import { insideLookupScript } from './dns-script.ts'
import { type InsideTarget, insideConnectScript } from './inside-connect-script.ts'
import { knownItems } from './known.ts'
import { clientPod, type Stage, stageOf } from './stage.ts'

/** Most endpoint pods that are looked into. */
const most = 6
/** Kernel hairpin faults hit one endpoint: with two of them, ten tries miss the own one in 0.1 % of runs. */
const hairpinTries = 10

/** What is asked inside the Service's own endpoint pods, and in the pod named with --client: read-only commands of the pod's image. */
export function insideQuestions(bundle: Bundle): Question[] {
  const stage = stageOf(bundle)
  const running = new Set(
    knownItems<Pod>(bundle, 'api/pods.json')
      .filter((pod) => pod.status?.phase === 'Running')
      .map((pod) => `${pod.metadata.namespace}/${pod.metadata.name}`),
  )
  const pods = [...new Set(stage.endpoints.flatMap((endpoint) => endpoint.pod ?? []))].filter((pod) => running.has(pod))
  const client = clientPod(bundle)
  return [
    ...pods.slice(0, most).flatMap((pod) => endpointQuestions(stage, pod)),
    ...(client ? clientQuestions(stage, client) : []),
  ]
}

/** Listening TCP and unconnected UDP sockets only, where there is a grep: a busy pod has thousands of others. */
const sockets = `for f in tcp tcp6 udp udp6; do
  [ -r /proc/net/$f ] || continue
  echo "== /proc/net/$f"
  if command -v grep >/dev/null; then grep -e '^ *sl ' -e ':.* 0A ' -e ':.* 07 ' /proc/net/$f; else cat /proc/net/$f; fi
done`

/** The pod's own routes, where its image has no ip: hexadecimal, as the kernel prints them. */
const routes = `for f in route ipv6_route; do [ -r /proc/net/$f ] && { echo "== /proc/net/$f"; cat /proc/net/$f; }; done; true`

function endpointQuestions(stage: Stage, pod: string): Question[] {
  const at = (file: string, run: string): Question => ({ path: `pods/${pod}/${file}`, reach: 'inside', pod, run })
  const ports = stage.ports.filter(
    (item) => item.protocol === 'tcp' && item.targets.some((target) => target.endpoint.pod === pod),
  )
  const own = ports.flatMap((item) =>
    stage.clusterIps.map((ip): InsideTarget => ({ kind: 'hairpin', ip, port: item.port.port, tries: hairpinTries })),
  )
  return [
    at('sockets.txt', sockets),
    at('resolv.txt', 'cat /etc/resolv.conf'),
    at('hosts.txt', 'cat /etc/hosts'),
    at('routes.txt', routes),
    ...(own.length > 0 ? [at('hairpin.txt', insideConnectScript(own))] : []),
  ]
}

/** The Service's name as a client in its namespace would say it, and in full. */
function serviceNames(stage: Stage): string[] {
  const meta = stage.service?.metadata
  return meta ? [meta.name, `${meta.name}.${meta.namespace}.svc.${stage.clusterDomain}.`] : []
}

/** From the very client: only there do its NetworkPolicies, its resolver and its hosts file apply. */
function clientQuestions(stage: Stage, client: Pod): Question[] {
  const pod = `${client.metadata.namespace}/${client.metadata.name}`
  const at = (file: string, run: string): Question => ({ path: `pods/${pod}/${file}`, reach: 'inside', pod, run })
  const tcp = stage.ports.filter((item) => item.protocol === 'tcp')
  const targets = tcp.flatMap(({ port, targets: all }): InsideTarget[] => [
    ...stage.clusterIps.map((ip): InsideTarget => ({ kind: 'cluster-ip', ip, port: port.port, tries: 8 })),
    ...all
      .slice(0, most)
      .map(
        ({ endpoint, port: own }): InsideTarget => ({ kind: 'endpoint', ip: endpoint.address, port: own, tries: 2 }),
      ),
  ])
  return [
    at('resolv.txt', 'cat /etc/resolv.conf'),
    at('hosts.txt', 'cat /etc/hosts'),
    at('routes.txt', routes),
    at('dns.txt', insideLookupScript(serviceNames(stage))),
    ...(targets.length > 0 ? [at('connect.txt', insideConnectScript(targets))] : []),
    ...(tcp[0] && stage.clusterIps[0] && hasProxy(client)
      ? [at('proxied/connect.txt', proxiedScript(serviceNames(stage)[1]!, stage.clusterIps[0], tcp[0].port.port))]
      : []),
    // Last: the tries above have ended and are not taken for connections of the client.
    ...(stage.service && stage.clusterIps.length > 0
      ? [at('dialled.txt', dialledScript(stage.service, stage.clusterIps, stage.clusterDomain))]
      : []),
  ]
}

function hasProxy(pod: Pod): boolean {
  return pod.spec.containers.some((c) => c.env?.some((e) => /^https?_proxy$/i.test(e.name)))
}

/** The Service by its name as a program of the pod asks it that heeds http_proxy and no_proxy. */
function proxiedScript(name: string, ip: string, port: number): string {
  return `command -v curl >/dev/null || exit 127
for try in 1 2; do
  m=$(curl -g -s -S -o /dev/null --connect-timeout 4 --max-time 6 -w '%{time_connect} total=%{time_total} code=%{http_code} bytes=%{size_download} err=%{errormsg}' "http://${name.replace(/\.$/, '')}:${port}/" 2>/dev/null)
  echo "cluster-ip:proxied tcp ${ip} ${port} $try rc=$? connect=$m"
done`
}
