import type { Scenario } from '../../cluster/scenario.ts'
import { backend, healthy, podRuns, restoreBase, shellServer, steps, webPods, webService } from '../verbs.ts'

/** Both take whatever comes and never say a word, as collectors of logs and metrics do. */
const tcp =
  'use IO::Socket; $SIG{CHLD} = "IGNORE"; $s = IO::Socket::INET->new(LocalPort => 5140, Listen => 64, ReuseAddr => 1); while ($c = $s->accept) { if (!fork) { 1 while sysread($c, $b, 9999); exit } close $c }'
const udp =
  'use IO::Socket; $s = IO::Socket::INET->new(LocalPort => 5141, Proto => "udp"); 1 while defined $s->recv($b, 9999)'

export default {
  about: 'servers that collect and never answer: one over TCP, whose port is not said to speak HTTP, and one over UDP',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(
    webPods(shellServer(`perl -e '${tcp}' & exec perl -e '${udp}'`)),
    webService({
      ports: [
        { name: 'logs', port: 5140, targetPort: 5140, nodePort: 30080 },
        { name: 'metrics', port: 5141, targetPort: 5141, protocol: 'UDP' },
      ],
    }),
  ),
  observable: podRuns(
    backend('n1'),
    'perl -MIO::Socket -e \'exit !IO::Socket::INET->new(PeerAddr => "127.0.0.1:5140")\'',
  ),
  heal: restoreBase,
  expect: healthy,
} satisfies Scenario
