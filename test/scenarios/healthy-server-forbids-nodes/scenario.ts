import type { Scenario, Step } from '../../cluster/scenario.ts'
import { clusterIp, healthy, nodePort, outside, pod, restoreBase, run, shellServer, until, webPods } from '../verbs.ts'

/** Nodes come as .0 (the overlay's device) and .1 (the bridge) of the pods' ranges, and so does all that is masqueraded. */
const program = [
  '$s = IO::Socket::INET->new(LocalPort => 8080, Listen => 99, ReuseAddr => 1);',
  'while ($c = $s->accept) { sysread($c, $b, 4096);',
  'print $c "HTTP/1.0 ", ($c->peerhost =~ /[.][01]$/ ? "403 Forbidden" : "200 OK"), "\\r\\n\\r\\nhere\\n";',
  'close $c }',
].join(' ')

const forbidden: Step = (stage) =>
  until('pods get a page, clients outside a 403', 40, async () => {
    const code = "curl -s -m 3 -o /dev/null -w '%{http_code}'"
    const inside = await run(stage, pod('n0'), `${code} ${await clusterIp()(stage)}`)
    const beyond = await run(stage, outside, `${code} ${await nodePort('n1')(stage)}`)
    return inside.stdout.trim() === '200' && beyond.stdout.trim() === '403'
  })

export default {
  about: 'the server answers nodes, and all that comes through a node port, with 403: the Service is reached',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: webPods(shellServer(`exec perl -MIO::Socket::INET -e '${program}'`)),
  observable: forbidden,
  heal: restoreBase,
  expect: healthy,
} satisfies Scenario
