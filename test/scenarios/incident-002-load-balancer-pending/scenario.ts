import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, kubectlShows, restoreBase, webService } from '../verbs.ts'

export default {
  about: 'type LoadBalancer in a cluster in which nobody gives out addresses',
  fault: ['lb-pending'],
  modes: ['iptables', 'nftables'],
  break: webService({ type: 'LoadBalancer' }),
  observable: kubectlShows(/pending/, 'get service web'),
  heal: restoreBase,
  expect: faulty('lb-pending'),
  fix: 'none: a load balancer has to be installed',
} satisfies Scenario
