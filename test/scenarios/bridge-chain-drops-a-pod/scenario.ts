import type { Scenario } from '../../cluster/scenario.ts'
import { addressOn, endpointOn, faulty, host, sees, shell, undoOnNode } from '../verbs.ts'

export default {
  about: 'a chain of the bridge family drops what goes to one pod',
  fault: ['ul-foreign-table-drop'],
  modes: ['iptables', 'nftables'],
  break: async (stage) => {
    const ip = await addressOn(stage, 'n1')
    const make = [
      'nft add table bridge guard',
      "nft add chain bridge guard out '{ type filter hook postrouting priority 0; }'",
      `nft add rule bridge guard out ip daddr ${ip} drop`,
    ]
    await shell(stage, 'n1', make.join(' && '))
  },
  observable: sees(host('n1'), endpointOn('n1'), 'timeout'),
  heal: undoOnNode('n1', 'nft delete table bridge guard'),
  expect: faulty('ul-foreign-table-drop', 'n1'),
} satisfies Scenario
