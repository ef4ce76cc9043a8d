import type { Scenario, Step } from '../../cluster/scenario.ts'
import {
  addressOn,
  ask,
  clusterIp,
  healthy,
  host,
  kubectl,
  nodeShows,
  onNode,
  pod,
  restoreBase,
  run,
  sees,
  steps,
  undoOnNode,
  wait,
} from '../verbs.ts'

let gone = ''

/** Clients on n0 hold connections through the Service while the pod on n1 vanishes, and its farewell gets lost. */
const leaveConnectionsBehind: Step = async (stage) => {
  gone = await addressOn(stage, 'n1')
  const { hostname } = new URL(await clusterIp()(stage))
  const hold = `for i in 1 2 3 4 5 6 7 8; do (exec 3<>/dev/tcp/${hostname}/80; exec sleep 600) & done`
  await run(stage, host('n0'), `setsid bash -c '${hold}' >/dev/null 2>&1 </dev/null & sleep 2`)
  const farewells = ['FIN', 'RST'].map(
    (flag) => `iptables -I FORWARD -s ${gone} -p tcp --tcp-flags ${flag} ${flag} -j DROP`,
  )
  await onNode('n1', farewells.join('; '))(stage)
  const name = await ask(stage, 'get pods -l app=web --field-selector spec.nodeName=n1 -o name')
  await kubectl(`delete ${name} --force --grace-period=0`)(stage)
  await wait(5)(stage)
  await onNode('n1', farewells.map((line) => line.replace('-I', '-D')).join('; '))(stage)
}

export default {
  about: 'old connections still lead to a pod that is gone, and hang until their client gives up; new ones are right',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: leaveConnectionsBehind,
  observable: steps(
    (stage) => nodeShows('n0', `conntrack -L -p tcp 2>/dev/null | grep ESTABLISHED | grep -q 'src=${gone} '`)(stage),
    restoreBase,
    sees(pod('n0'), clusterIp(), 'ok'),
  ),
  heal: steps(undoOnNode('n0', "pkill -f '^sleep 600$'"), restoreBase),
  expect: healthy,
} satisfies Scenario
