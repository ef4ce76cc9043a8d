import assert from 'node:assert/strict'
import { parseAddresses } from '../../src/parse/addresses.ts'
import { parseConnect } from '../../src/parse/connect.ts'
import { parseConntrack } from '../../src/parse/conntrack.ts'
import { parseConntrackCount } from '../../src/parse/conntrack-count.ts'
import { parseDig } from '../../src/parse/dig.ts'
import { parseFdb } from '../../src/parse/fdb.ts'
import { parseHosts } from '../../src/parse/hosts.ts'
import { parseIpRules } from '../../src/parse/ip-rules.ts'
import { parseIpvs } from '../../src/parse/ipvs.ts'
import { parseLinks } from '../../src/parse/links.ts'
import { parseNeighbours } from '../../src/parse/neighbours.ts'
import { parseNetstat } from '../../src/parse/netstat.ts'
import { parseRoutes } from '../../src/parse/routes.ts'
import type { Unread } from '../../src/parse/rule.ts'
import { parseSockets } from '../../src/parse/sockets.ts'
import { parseSysctls } from '../../src/parse/sysctls.ts'

type Parser = (text: string) => { read: number; unread: Unread[] }

const routes: Parser = (text) => parseRoutes(text, 4)
const rules: Parser = (text) => parseIpRules(text, 4)

/** Each line lacks one thing that it cannot be read without. */
const BROKEN: [Parser, string][] = [
  [parseLinks, 'not JSON'],
  [parseLinks, '"a string"'],
  [parseLinks, '{"ifname":"eth0"}'],
  [parseLinks, '{"ifindex":2}'],
  [parseLinks, '{"ifindex":2,"ifname":""}'],
  [parseLinks, '{"ifindex":2,"ifname":5}'],
  [parseLinks, '{"ifindex":-1,"ifname":"eth0"}'],
  [parseLinks, '{"ifindex":1.5,"ifname":"eth0"}'],
  [parseLinks, '{"ifindex":"2x","ifname":"eth0"}'],
  [parseLinks, '[{"ifindex":2,"ifname":"eth0"},{"ifname":"eth1"}]'],
  [parseLinks, '[{"ifindex":2,"ifname":"eth0"},7]'],
  [parseAddresses, '{"addr_info":[]}'],
  [parseAddresses, '{"ifname":"eth0","addr_info":[{"local":"10.0.0","prefixlen":8}]}'],
  [parseAddresses, '{"ifname":"eth0","addr_info":[{"local":"10.0.0.1"}]}'],
  [parseAddresses, '{"ifname":"eth0","addr_info":[{"local":"10.0.0.1","prefixlen":33}]}'],
  [parseAddresses, '{"ifname":"eth0","addr_info":[{"local":"fd00::1","prefixlen":129}]}'],
  [routes, '{"dev":"eth0"}'],
  [routes, '{"dst":"10.0.0.0/33","dev":"eth0"}'],
  [routes, '{"dst":"10.0.0.0/8","type":"toString"}'],
  [rules, '{"src":"all","table":"main"}'],
  [parseNeighbours, '{"dev":"eth0","state":["REACHABLE"]}'],
  [parseNeighbours, '{"dst":"10.0.0.x","dev":"eth0"}'],
  [parseNeighbours, '{"dst":"10.0.0.1"}'],
  [parseFdb, '{"ifname":"eth0"}'],
  [parseFdb, '{"mac":"00:00:00:00:00:01"}'],
  [parseSysctls, '/net/ipv4/ip_forward 1'],
  [parseSysctls, 'ip_forward 1'],
  [parseHosts, 'web 10.0.0.1'],
  [parseNetstat, 'IpInReceives'],
  [parseNetstat, 'IpInReceives many'],
  [parseNetstat, '5 IpInReceives'],
  [parseNetstat, 'TcpExt: 1 2'],
  [parseSockets, 'tcp'],
  [parseSockets, 'tcp LISTEN 0 128'],
  [parseSockets, 'tcp LISTEN 0 128 80 *:*'],
  [parseSockets, 'tcp LISTEN 0 128 nowhere:80 *:*'],
  [parseSockets, 'tcp LISTEN 0 128 *:http *:*'],
  [parseSockets, 'tcp LISTEN 0 128 *:65536 *:*'],
  [parseSockets, 'tcp LISTEN x 128 *:80 *:*'],
  [parseSockets, 'tcp LISTEN 0 x *:80 *:*'],
  [parseSockets, 'udp UNCONN 0 x *:80 *:*'],
  [(text) => parseSockets(`== /proc/net/tcp\n${text}`), '0: 0100007F:1F90 00000000:0000 ZZ 0:0'],
  [(text) => parseSockets(`== /proc/net/tcp\n${text}`), '0: 0100007F:1F90 00000000:0000'],
  [(text) => parseSockets(`== /proc/net/tcp\n${text}`), '0: 0100007:1F90 00000000:0000 0A 0:0'],
  [(text) => parseSockets(`== /proc/net/tcp\n${text}`), '0: 0100007F:1F9 00000000:0000 0A 0:0'],
  [(text) => parseSockets(`== /proc/net/tcp\n${text}`), '0: 0100007F 00000000:0000 0A 0:0'],
  [parseConntrack, 'tcp 6'],
  [parseConntrack, 'TCP 6 5 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1'],
  [parseConntrack, 'tcp six 5 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1'],
  [parseConntrack, 'udp 17 5 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2'],
  [parseConntrack, 'udp 17 5 src=10.0.0.1 src=10.0.0.2 dst=10.0.0.1'],
  [parseConntrack, 'udp 17 5 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2'],
  [parseConntrack, 'udp 17 5 dst=10.0.0.2 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1'],
  [parseConntrack, 'udp 17 5 sport=1 src=10.0.0.1 dst=10.0.0.2 src=10.0.0.2 dst=10.0.0.1'],
  [parseConntrack, 'udp 17 5 src=10.0.0.1 dst=10.0.0.2 sport=x dport=2 src=10.0.0.2 dst=10.0.0.1'],
  [parseConntrackCount, 'count'],
  [parseConntrackCount, 'max many'],
  [parseIpvs, 'TCP  0AF40401:7582'],
  [parseIpvs, 'TCP  0AF40401 rr'],
  [parseIpvs, 'TCP  10.0.0.1:65536 rr'],
  [parseIpvs, 'TCP  10.0.0:80 rr'],
  [parseIpvs, 'ICMP  10.0.0.1:80 rr'],
  [parseIpvs, 'FWM  x rr'],
  [parseIpvs, '-A -s rr'],
  [(text) => parseIpvs(`TCP 10.0.0.1:80 rr\n${text}`), '-> 10.0.0.2 Masq 1 0 0'],
  [(text) => parseIpvs(`TCP 10.0.0.1:80 rr\n${text}`), '-> 10.0.0.2:80'],
  [(text) => parseIpvs(`TCP 10.0.0.1:80 rr\n${text}`), '-> 10.0.0.2:80 Masq heavy 0 0'],
  [(text) => parseIpvs(`-A -t 10.0.0.1:80 -s rr\n${text}`), '-a -t 10.0.0.1:80 -m -w 1'],
  [(text) => parseIpvs(`-A -t 10.0.0.1:80 -s rr\n${text}`), '-a -u 10.0.0.1:80 -r 10.0.0.2:80 -m -w 1'],
  [parseConnect, 'node tcp 10.0.0.1'],
  [parseConnect, 'node tcp 10.0.0.1 http 1 rc=0'],
  [parseConnect, 'node tcp 10.0.0.1 80 first rc=0'],
  [parseConnect, 'node tcp 10.0.0.1 80 1 rc=zero'],
  [(text) => parseDig(`;; ask 10.0.0.1 udp A web short\n${text}\n;; rc 0`), 'web.\tlong\tIN\tA\t10.0.0.1'],
  [(text) => parseDig(`;; ask 10.0.0.1 udp A web short\n${text}\n;; rc 0`), ';; Query time: some msec'],
  [parseDig, ';; ask 10.0.0.1 udp A web'],
  [parseDig, ';; ask 10.0.0.1 udp'],
  [parseDig, ';; ask 10.0.0.1 sctp A web short'],
  [parseDig, ';; ask 10.0.0.1 udp A web constructor'],
  [parseDig, ';; getent'],
]

/** Lines that hold nothing to keep and are understood all the same. */
const EMPTY: [Parser, string][] = [
  [parseLinks, '{}'],
  [parseLinks, '[]'],
  [parseNeighbours, '{"dst":"10.0.0.9","dev":"eth0","proxy":null}'],
  [parseHosts, '# nothing'],
  [parseNetstat, '#kernel'],
  [parseNetstat, '== /proc/net/snmp'],
  [parseSockets, 'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port'],
  [parseSockets, 'udp ESTAB 0 0 10.0.0.1:53 10.0.0.2:1234'],
  [parseConntrack, 'conntrack v1.4.7 (conntrack-tools): 3 flow entries have been shown.'],
  [parseIpvs, 'IP Virtual Server version 1.2.1 (size=4096)'],
  [parseIpvs, 'Prot LocalAddress:Port Scheduler Flags'],
  [parseIpvs, '  -> RemoteAddress:Port Forward Weight ActiveConn InActConn'],
]

describe('broken lines', () => {
  for (const [parse, line] of BROKEN)
    it(`are unread, with a reason: ${line}`, () => {
      const unread = parse(line).unread
      assert.deepEqual(
        unread.map((u) => u.text),
        [line],
      )
      assert.ok(unread[0]!.why.length > 5)
    })

  for (const [parse, line] of EMPTY)
    it(`are not those that merely hold nothing: ${line}`, () => {
      const { read, unread } = parse(line)
      assert.deepEqual([read, unread], [1, []])
    })
})
