import type { Pod } from '../../facts/kube.ts'
import type { Bundle, Question } from '../../model.ts'
import { hairpinScript } from './hairpin-script.ts'
import { knownItems } from './known.ts'
import { clientPod, type Stage, stageOf } from './stage.ts'

/** Most endpoint pods that are looked into. */
const most = 6

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
    ...(client ? clientQuestionsInside(`${client.metadata.namespace}/${client.metadata.name}`) : []),
  ]
}

/** Listening TCP and unconnected UDP sockets only, where there is a grep: a busy pod has thousands of others. */
const sockets = `for f in tcp tcp6 udp udp6; do
  [ -r /proc/net/$f ] || continue
  echo "== /proc/net/$f"
  if command -v grep >/dev/null; then grep -e '^ *sl ' -e ':.* 0A ' -e ':.* 07 ' /proc/net/$f; else cat /proc/net/$f; fi
done`

function endpointQuestions(stage: Stage, pod: string): Question[] {
  const at = (file: string, run: string): Question => ({ path: `pods/${pod}/${file}`, reach: 'inside', pod, run })
  const ports = stage.ports.filter(
    (item) => item.protocol === 'tcp' && item.targets.some((target) => target.endpoint.pod === pod),
  )
  const own = ports.flatMap((item) => stage.clusterIps.map((ip) => ({ ip, port: item.port.port })))
  return [
    at('sockets.txt', sockets),
    at('resolv.txt', 'cat /etc/resolv.conf'),
    at('hosts.txt', 'cat /etc/hosts'),
    ...(own.length > 0 ? [at('hairpin.txt', hairpinScript(own))] : []),
  ]
}

function clientQuestionsInside(pod: string): Question[] {
  const at = (file: string, run: string): Question => ({ path: `pods/${pod}/${file}`, reach: 'inside', pod, run })
  return [at('resolv.txt', 'cat /etc/resolv.conf'), at('hosts.txt', 'cat /etc/hosts')]
}
