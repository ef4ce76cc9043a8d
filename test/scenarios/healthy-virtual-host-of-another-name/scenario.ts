import type { Scenario, Step } from '../../cluster/scenario.ts'
import {
  apply,
  healthy,
  pod,
  restoreBase,
  run,
  service,
  shellServer,
  steps,
  undoKubectl,
  until,
  webPods,
} from '../verbs.ts'

const program = [
  '$s = IO::Socket::INET->new(LocalPort => 8080, Listen => 99, ReuseAddr => 1);',
  'while ($c = $s->accept) { sysread($c, $b, 4096);',
  'print $c ($b =~ /^Host: shop[.]example/mi ? "HTTP/1.0 200 OK" : "HTTP/1.0 404 Not Found"), "\\r\\n\\r\\nhere\\n";',
  'close $c }',
].join(' ')

/** What the server says to the Service's name, and to the only one it knows. */
const knowsOnlyItsOwnName: Step = (stage) =>
  until('the server answers 404 to shop.default and 200 to shop.example', 40, async () => {
    const ask = "curl -s -m 3 -o /dev/null -w '%{http_code} '"
    const to = 'http://shop.default.svc.cluster.local/'
    const { stdout } = await run(stage, pod('n1'), `${ask} ${to}; ${ask} -H 'Host: shop.example' ${to}`)
    return stdout.trim() === '404 200'
  })

export default {
  about: 'an ExternalName Service leads to a server that knows itself by another name: it is reached, and answers 404',
  fault: [],
  modes: ['iptables', 'nftables'],
  service: 'shop',
  break: steps(
    webPods(shellServer(`exec perl -MIO::Socket::INET -e '${program}'`)),
    apply(service('shop', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' })),
  ),
  observable: knowsOnlyItsOwnName,
  heal: steps(undoKubectl('delete service shop'), restoreBase),
  expect: healthy,
} satisfies Scenario
