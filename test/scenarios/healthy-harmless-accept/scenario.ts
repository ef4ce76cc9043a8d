import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'an nft table of its own on n1 accepts all early, which ends no other chain',
  fault: [],
  modes: ['nftables'],
  break: onNode(
    'n1',
    "nft add table ip early; nft 'add chain ip early p { type nat hook prerouting priority -110; }'; nft add rule ip early p counter accept",
  ),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: undoOnNode('n1', 'nft delete table ip early'),
  expect: healthy,
} satisfies Scenario
