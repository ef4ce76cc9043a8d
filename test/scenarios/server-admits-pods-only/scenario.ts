import type { Scenario } from '../../cluster/scenario.ts'
import {
  clusterIp,
  faulty,
  nodePort,
  outside,
  pod,
  restoreBase,
  sees,
  seesSome,
  shellServer,
  steps,
  webPods,
} from '../verbs.ts'

/** Nodes come as .0 (the overlay's device) and .1 (the bridge) of the pods' ranges, and so does all that is masqueraded. */
const program = [
  '$s = IO::Socket::INET->new(LocalPort => 8080, Listen => 99, ReuseAddr => 1);',
  'while ($c = $s->accept) {',
  'if ($c->peerhost !~ /[.][01]$/) { sysread($c, $b, 4096); print $c "HTTP/1.0 200 OK\\r\\n\\r\\nok\\n" }',
  'close $c }',
].join(' ')
const container = shellServer(`exec perl -MIO::Socket::INET -e '${program}'`)

export default {
  about:
    'the server closes the connections of all but pods, so who comes through a node port is turned away: it sees the node',
  fault: ['app-source-allowlist'],
  modes: ['iptables', 'nftables'],
  break: webPods(container),
  observable: steps(sees(pod('n0'), clusterIp(), 'ok'), seesSome(outside, nodePort('n1'), 'fails')),
  heal: restoreBase,
  expect: faulty('app-source-allowlist'),
  fix: 'none: the list belongs to the server of its owner',
} satisfies Scenario
