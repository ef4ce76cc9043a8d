import type { Scenario, Step } from '../../cluster/scenario.ts'
import { ask, endpointOn, faulty, flannelRestart, patch, pod, sees, steps } from '../verbs.ts'

const port =
  (from: number, to: number): Step =>
  async (stage) => {
    const map = JSON.parse(await ask(stage, '-n kube-flannel get cm kube-flannel-cfg -o json')) as {
      data: Record<string, string>
    }
    const text = (map.data['net-conf.json'] ?? '').replace(`${from}`, `${to}`)
    await patch('cm kube-flannel-cfg -n kube-flannel', { data: { 'net-conf.json': text } })(stage)
  }

export default {
  about: 'the overlay of n2 uses another port than that of its peers',
  fault: ['ul-overlay-port-or-vni-mismatch'],
  modes: ['iptables', 'nftables'],
  break: steps(port(8472, 4789), flannelRestart('n2'), port(4789, 8472)),
  observable: sees(pod('n0'), endpointOn('n2'), 'timeout'),
  heal: flannelRestart('n2'),
  expect: faulty('ul-overlay-port-or-vni-mismatch', 'n2', { near: '4789|8472' }),
} satisfies Scenario
