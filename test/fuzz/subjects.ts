import { readdirSync, readFileSync } from 'node:fs'
import { parseAddresses } from '../../src/parse/addresses.ts'
import { parseConnect } from '../../src/parse/connect.ts'
import { parseConntrack } from '../../src/parse/conntrack.ts'
import { parseConntrackCount } from '../../src/parse/conntrack-count.ts'
import { parseDialled } from '../../src/parse/dialled.ts'
import { parseDig } from '../../src/parse/dig.ts'
import { parseFdb } from '../../src/parse/fdb.ts'
import { parseHosts } from '../../src/parse/hosts.ts'
import { parseIpRules } from '../../src/parse/ip-rules.ts'
import { parseIpset } from '../../src/parse/ipset.ts'
import { parseIptablesSave } from '../../src/parse/iptables-save.ts'
import { parseIpvs } from '../../src/parse/ipvs.ts'
import { parseKubeProxy } from '../../src/parse/kube-proxy.ts'
import { parseLinks } from '../../src/parse/links.ts'
import { parseNeighbours } from '../../src/parse/neighbours.ts'
import { parseNetstat } from '../../src/parse/netstat.ts'
import { parseNftJson } from '../../src/parse/nft.ts'
import { parsePing } from '../../src/parse/ping.ts'
import { parseProcRoutes } from '../../src/parse/proc-routes.ts'
import { parseQdiscs } from '../../src/parse/qdisc.ts'
import { parseResolvConf } from '../../src/parse/resolv-conf.ts'
import { parseRoutes } from '../../src/parse/routes.ts'
import type { RuleSet, Unread } from '../../src/parse/rule.ts'
import { parseSockets } from '../../src/parse/sockets.ts'
import { parseSysctls } from '../../src/parse/sysctls.ts'
import { accountOfLines } from './account-of-lines.ts'
import { accountOfIpset, accountOfRules } from './account-of-rules.ts'

/** What came of one run: what is wrong with it ('' for nothing), and the lines that the parser listed as unread. */
export interface Account {
  wrong: string
  unread: Unread[]
}

/** A parser under test, and where its samples lie. */
export interface Subject {
  name: string
  /** Files below test/samples, by path. */
  samples: RegExp
  run(text: string): Account
}

function lines(name: string, samples: RegExp, parse: (text: string) => { read: number; unread: Unread[] }): Subject {
  return {
    name,
    samples,
    run: (text) => {
      const result = parse(text)
      return { wrong: accountOfLines(text, result), unread: result.unread }
    },
  }
}

function rules(name: string, samples: RegExp, parse: (text: string) => RuleSet): Subject {
  return {
    name,
    samples,
    run: (text) => {
      const result = parse(text)
      return { wrong: accountOfRules(text, result), unread: result.unread }
    },
  }
}

export const subjects: Subject[] = [
  lines('links', /^iproute2\/.*-links/, parseLinks),
  lines('addresses', /^iproute2\/.*-addresses/, parseAddresses),
  lines('routes', /^iproute2\/.*-routes\./, (text) => parseRoutes(text, 4)),
  lines('routes6', /^iproute2\/.*-routes6/, (text) => parseRoutes(text, 6)),
  lines('proc-routes', /^proc-routes\//, parseProcRoutes),
  lines('ip-rules', /^iproute2\/.*-rules/, (text) => parseIpRules(text, 4)),
  lines('neighbours', /^iproute2\/.*-neighbours/, parseNeighbours),
  lines('fdb', /^iproute2\/.*-fdb/, parseFdb),
  lines('sysctls', /^sysctl\//, parseSysctls),
  lines('sockets', /^sockets\//, parseSockets),
  lines('conntrack', /^conntrack\/(?!.*count)/, parseConntrack),
  lines('conntrack-count', /^conntrack\/.*count/, parseConntrackCount),
  lines('ipvs', /^ipvs\//, parseIpvs),
  lines('netstat', /^netstat\//, parseNetstat),
  lines('resolv-conf', /^resolver\/.*resolv/, parseResolvConf),
  lines('hosts', /^resolver\/.*hosts/, parseHosts),
  lines('kube-proxy', /^kube-proxy\//, parseKubeProxy),
  lines('connect', /^connect\//, parseConnect),
  lines('dialled', /^dialled\//, (text) => {
    const { named, dialling, tries, ...rest } = parseDialled(text)
    return { items: [...named, ...dialling, ...tries], ...rest }
  }),
  lines('dig', /^dns\//, parseDig),
  lines('qdisc', /^qdisc\//, parseQdiscs),
  lines('ping', /^ping\//, parsePing),
  rules('iptables-save', /^iptables-save\//, (text) =>
    parseIptablesSave(text, { family: 'ip', backend: 'iptables-nft', path: 'x' }),
  ),
  rules('nft', /^nft\//, (text) => parseNftJson(text, 'x')),
  {
    name: 'ipset',
    samples: /^ipset\//,
    run: (text) => {
      const result = parseIpset(text)
      return { wrong: accountOfIpset(text, result), unread: result.unread }
    },
  },
]

const root = new URL('../samples/', import.meta.url)

/** Paths below test/samples of a subject's samples. */
export function samplesOf(subject: Subject): string[] {
  const all = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.pathname.length))
  return all.filter((path) => subject.samples.test(path)).sort()
}

/** Text of a sample. */
export function textOf(path: string): string {
  return readFileSync(new URL(path, root), 'utf8')
}
