import type { Deviation } from './compare.ts'
import { BACKENDS } from './node-facts.ts'
import type { Agent } from './restart-agents.ts'

/** What brings a node back: shell commands for inside it, and system pods to be made anew. */
export type Repair = {
  commands: string[]
  restart: Set<Agent>
}

/** Rules of kube-proxy, kubelet, flannel and the portmap plugin: they follow from the cluster's objects. */
const SYSTEM_RULE = /KUBE-|FLANNEL-|CNI-|^table ip6? kube-proxy\b/

/**
 * Leaves out what may still follow from objects that a test made: the rules that the system writes by itself. The rest
 * can be repaired while such objects exist (pure).
 */
export function foreignOnly(deviations: readonly Deviation[]): Deviation[] {
  const keep = (fact: string): boolean => !SYSTEM_RULE.test(fact)
  return deviations.flatMap((deviation) => {
    if (!isFirewall(deviation.section)) return [deviation]
    const [extra, missing] = [deviation.extra.filter(keep), deviation.missing.filter(keep)]
    return extra.length + missing.length > 0 ? [{ section: deviation.section, extra, missing }] : []
  })
}

/** The repair of a node's deviations from its healthy state (pure). `archive` holds its healthy files. */
export function repairOf(deviations: readonly Deviation[], archive: string): Repair {
  const repair: Repair = { commands: [], restart: new Set() }
  for (const deviation of deviations) {
    if (isFirewall(deviation.section)) repairFirewall(deviation, repair)
    else REPAIRS[deviation.section]?.(deviation, repair, archive)
  }
  if (repair.commands.includes(SCRUB)) repair.restart.add('kube-proxy').add('network-policies')
  return repair
}

/**
 * Empties every rule set, so that all its writers start from nothing: kubelet is restarted for its own chains and
 * kube-proxy's pod is made anew. flannel looks after its chains every few seconds, and would only crash if it started
 * before kube-proxy's rules lead to the API server.
 */
const SCRUB = [
  'nft flush ruleset',
  'for x in ip ip6; do for t in $(cat /proc/net/"$x"_tables_names); do',
  '"$x"tables-legacy -w -t $t -F; "$x"tables-legacy -w -t $t -X; done; done 2> /dev/null',
  'pkill -x kubelet',
].join('\n')

const CGROUP_ROOT = '/sys/fs/cgroup'

type SectionRepair = (deviation: Deviation, repair: Repair, archive: string) => void

const REPAIRS: Record<string, SectionRepair> = {
  overlay: ({ extra }, repair) => {
    if (extra.some((fact) => fact.startsWith('extra'))) {
      repair.commands.push('ip neigh flush dev flannel.1 nud permanent')
      const entries = extra.filter((fact) => fact.startsWith('extra forwarding entry '))
      for (const fact of entries) repair.commands.push(`bridge fdb del ${fact.split(' ')[3]} dev flannel.1`)
    }
    repair.restart.add('flannel')
  },
  sysctl: ({ missing }, { commands }) => {
    for (const fact of missing) {
      const [file, value] = fact.split('=')
      commands.push(`echo ${value} > /proc/sys/${file}`)
    }
  },
  links: repairLinks,
  addresses: ({ extra, missing }, { commands }) => {
    for (const [verb, facts] of [['del', extra] as const, ['add', missing] as const]) {
      for (const fact of facts) {
        const [device, address] = fact.split(' ')
        commands.push(`ip addr ${verb} ${address} dev ${device}`)
      }
    }
  },
  routes: ({ extra, missing }, { commands }) => {
    const family = (route: string): string => (route.includes(':') ? '-6' : '-4')
    for (const route of extra) commands.push(`ip ${family(route)} route del ${route}`)
    // A route by a gateway needs the route to that gateway first.
    const direct = [...missing].sort((a, b) => Number(a.includes(' via ')) - Number(b.includes(' via ')))
    for (const route of direct) commands.push(`ip ${family(route)} route add ${route}`)
  },
  rules: ({ extra, missing }, { commands }) => {
    const parse = (fact: string): string[] => /^(ip6 )?(\d+): (.*)$/.exec(fact)!.slice(1)
    const family = (six: string | undefined): string => (six ? '-6' : '-4')
    for (const [six, pref, rule] of extra.map(parse)) commands.push(`ip ${family(six)} rule del pref ${pref} ${rule}`)
    for (const [six, pref, rule] of missing.map(parse)) commands.push(`ip ${family(six)} rule add pref ${pref} ${rule}`)
  },
  hairpin: ({ extra }, { commands }) => {
    for (const fact of extra) commands.push(`bridge link set dev ${fact.split(' ')[0]} hairpin on`)
  },
  processes: ({ extra }, { commands }) => {
    for (const fact of extra) {
      const [kind, pid] = fact.split(' ')
      commands.push(`kill -${kind === 'stopped' ? 'CONT' : 'KILL'} ${pid}`)
    }
  },
  cgroups: ({ missing }, { commands }) => {
    const mounts = missing.map((fact) => fact.split(' ') as [string, string, string])
    // Version 1 has its controllers below a tmpfs; version 2 is the directory itself.
    if (mounts.some(([target]) => target !== CGROUP_ROOT))
      commands.push(`mount -t tmpfs -o mode=755 tmpfs ${CGROUP_ROOT}`)
    for (const [target, type, options] of mounts) {
      const which = options.replace(/^rw,?/, '').replace(/^(xattr,)?name=/, 'none,name=')
      commands.push(`mkdir -p ${target}; mount -t ${type} -o '${which || 'rw'}' cgroup ${target}`)
    }
  },
  stopped: ({ extra }, { commands }) => {
    for (const name of extra) commands.push(`rm -f /run/lab/stopped/${name}`)
  },
  files: ({ extra, missing }, repair, archive) => {
    const paths = (facts: readonly string[]): string[] => facts.map((fact) => fact.split(' ')[0]!)
    const restored = paths(missing)
    const all = new Set([...restored, ...paths(extra)])
    for (const path of paths(extra)) if (!restored.includes(path)) repair.commands.push(`rm -f ${path}`)
    for (const path of restored) repair.commands.push(`tar -C / -xf ${archive} ${path.slice(1)}`)
    const some = (pattern: RegExp): boolean => [...all].some((path) => pattern.test(path))
    if (some(/^\/var\/lib\/kubelet\/|^\/etc\/kubernetes\/kubelet\.conf/)) repair.commands.push('pkill -x kubelet')
    if (some(/^\/etc\/containerd\//)) repair.commands.push('pkill -x containerd')
    if (some(/^\/etc\/resolv\.conf|^\/var\/lib\/kubelet\/config/)) repair.restart.add('coredns')
    if (some(/^\/run\/flannel\//)) repair.restart.add('flannel')
  },
}

function repairLinks({ extra, missing }: Deviation, repair: Repair): void {
  const name = (fact: string): string => fact.split(' ')[0]!
  const known = new Map(missing.map((fact) => [name(fact), fact]))
  for (const fact of extra) {
    const device = name(fact)
    if (fact.endsWith('attached to no bridge')) {
      repair.commands.push(`ip link set ${device} master cni0 up`, `bridge link set dev ${device} hairpin on`)
    } else if (fact.endsWith('is down')) repair.commands.push(`ip link set ${device} up`)
    else if (!known.has(device)) repair.commands.push(`ip link del ${device}`)
  }
  for (const [device, fact] of known) {
    const [, kind, state, , mtu, , master] = fact.split(' ')
    const changed = extra.some((other) => name(other) === device)
    if (kind === 'vxlan') {
      repair.commands.push(`ip link del ${device}`)
      repair.restart.add('flannel')
    } else if (!changed && device === 'cni0') {
      // The bridge comes back with the next pod; the pods that hung on the old one have to be made anew.
      repair.restart.add('coredns')
    } else {
      const bridge = master === 'none' ? 'nomaster' : `master ${master}`
      repair.commands.push(`ip link set ${device}${mtu === 'any' ? '' : ` mtu ${mtu}`} ${bridge} ${state}`)
    }
  }
}

function isFirewall(section: string): boolean {
  return section === 'nft' || (BACKENDS as readonly string[]).includes(section)
}

function repairFirewall({ section, extra, missing }: Deviation, repair: Repair): void {
  if ([...extra, ...missing].some((fact) => SYSTEM_RULE.test(fact))) {
    if (!repair.commands.includes(SCRUB)) repair.commands.push(SCRUB)
    return
  }
  const chains: string[] = []
  for (const fact of extra) {
    if (section === 'nft') {
      if (!fact.includes(':')) repair.commands.push(`nft delete ${fact}`)
      continue
    }
    const [table, verb, chain, ...rest] = fact.split(' ')
    const run = `${section} -w -t ${table}`
    if (verb === '-P') repair.commands.push(`${run} -P ${chain} ACCEPT`)
    else if (verb === '-N') chains.push(`${run} -F ${chain}; ${run} -X ${chain}`)
    else repair.commands.push(`${run} -D ${chain} ${rest.join(' ')}`)
  }
  // A chain can go once no rule jumps to it.
  repair.commands.push(...chains)
  for (const fact of missing) {
    const [table, ...rule] = fact.split(' ')
    repair.commands.push(`${section} -w -t ${table} ${rule.join(' ')}`)
  }
}
