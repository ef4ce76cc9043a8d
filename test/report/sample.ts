import type { Attempt, Cell, Outcome, Report, Vantage } from '../../src/model.ts'

const attempts = (path: string, line: number, outcomes: Outcome[]): Attempt[] =>
  outcomes.map((outcome, at) => ({
    outcome,
    seconds: outcome === 'timeout' ? 4 : 0.003,
    ...(outcome === 'timeout' ? { detail: 'Connection timed out after 4001 milliseconds' } : {}),
    proof: { path, line: line + at },
  }))

const client = (node: string): Vantage => ({ kind: 'client', node })

function cells(from: Vantage, path: string, { vip, far }: { vip: Outcome[]; far: Outcome[] }): Cell[] {
  const id = `${from.kind}/${from.node}`
  const on = { protocol: 'tcp', servicePort: 'http' } as const
  return [
    {
      id: `${id}/dns`,
      from,
      to: { kind: 'dns', name: 'web.default.svc.cluster.local.', variant: 'fqdn' },
      attempts: attempts(path, 1, ['ok', 'ok']),
    },
    {
      id: `${id}/vip`,
      from,
      to: { kind: 'cluster-ip', ip: '10.96.12.7', port: 80, ...on },
      attempts: attempts(path, 3, vip),
    },
    {
      id: `${id}/near`,
      from,
      to: { kind: 'endpoint', ip: '10.244.1.5', port: 8080, node: 'n2', pod: 'default/web-a', ...on },
      attempts: attempts(path, 11, ['ok', 'ok']),
    },
    {
      id: `${id}/far`,
      from,
      to: { kind: 'endpoint', ip: '10.244.2.9', port: 8080, node: 'n3', pod: 'default/web-b', ...on },
      attempts: attempts(path, 13, far),
    },
    {
      id: `${id}/api`,
      from,
      to: { kind: 'api', ip: '10.96.0.1', port: 443, protocol: 'tcp' },
      attempts: attempts(path, 15, ['ok']),
    },
    {
      id: `${id}/node`,
      from,
      to: { kind: 'node', ip: '192.168.5.12', node: 'n2' },
      attempts: attempts(path, 16, ['ok']),
    },
  ]
}

const fine: Outcome[] = ['ok', 'ok']
const half: Outcome[] = ['timeout', 'ok', 'timeout', 'ok', 'timeout', 'ok', 'ok', 'timeout']

/** A report with one of everything that a report can hold. */
export const faulty: Report = {
  apiVersion: 'svc-debug/v1alpha1',
  kind: 'ServiceDiagnosis',
  target: { namespace: 'default', service: 'web' },
  verdict: {
    state: 'faulty',
    says: 'Node n3 drops the overlay packets of the other nodes, so every second connection to web times out.',
    causes: [
      {
        check: 'overlay-port-closed',
        certainty: 'certain',
        says: 'The firewall of n3 lets VXLAN in as TCP port 8472; VXLAN is UDP, so packets from the other nodes are rejected.',
        on: 'n3',
        why: 'Every try towards the endpoint on n3 fails from n1 and n2, none fails on n3 itself, and plain packets between the nodes arrive.',
        near: '8472/tcp is open on n3 where n1 and n2 have 8472/udp',
        proof: [
          {
            path: 'nodes/n3/iptables-nft.txt',
            line: 214,
            quote:
              '-A INPUT -p tcp -m tcp --dport 8472 -m conntrack --ctstate NEW,UNTRACKED -m comment --comment "overlay of the cluster" -j ACCEPT',
          },
          { path: 'nodes/n1/neighbours.jsonl', line: 3, quote: '{"dst":"10.244.2.0","state":["PERMANENT"]}' },
        ],
        fix: ['# On node n3:', 'firewall-cmd --add-port=8472/udp'],
        permanent: [
          'firewall-cmd --permanent --add-port=8472/udp && firewall-cmd --permanent --remove-port=8472/tcp && firewall-cmd --reload',
        ],
        explains: ['client/n1/vip', 'client/n1/far', 'client/n2/vip', 'client/n2/far'],
        follows: ['connect-timeout'],
      },
      {
        check: 'second-nameserver-alien',
        certainty: 'likely',
        says: 'Pods with dnsPolicy Default also ask 8.8.8.8, which does not know cluster names.',
        on: 'service default/web',
        unsure: 'the pod was not asked which server answered',
        proof: [{ path: 'clients/n1/resolv.txt', line: 2 }],
        verify: 'kubectl exec deploy/web -- nslookup web',
        explains: ['host/n1/far'],
        follows: [],
      },
    ],
    unexplained: ['host/n1/far'],
  },
  checklist: [
    {
      axis: 'dns',
      item: 'name in full',
      state: 'pass',
      says: 'web.default.svc.cluster.local is 10.96.12.7 from n1, n2 and n3',
    },
    { axis: 'dns', item: 'short name', state: 'unknown', says: 'not asked: no pod-network client' },
    { axis: 'cluster-ip', item: 'endpoints ready', state: 'pass', says: '2 of 2' },
    {
      axis: 'cluster-ip',
      item: 'every endpoint answers',
      state: 'fail',
      says: '10.244.2.9:8080 on n3 times out from n1 and n2 although the pod is ready and listens',
    },
    { axis: 'node-port', item: 'node port', state: 'not-applicable', says: 'type ClusterIP' },
  ],
  cells: [
    ...cells(client('n1'), 'clients/n1/connect.txt', { vip: half, far: ['timeout', 'timeout'] }),
    ...cells(client('n2'), 'clients/n2/connect.txt', { vip: half, far: ['timeout', 'timeout'] }),
    ...cells(client('n3'), 'clients/n3/connect.txt', { vip: fine, far: fine }),
    ...cells({ kind: 'host', node: 'n1' }, 'nodes/n1/connect.txt', { vip: fine, far: ['late', 'ok'] }),
    {
      id: 'endpoint/web-a/hairpin',
      from: { kind: 'endpoint', node: 'n2', pod: 'default/web-a' },
      to: { kind: 'hairpin', ip: '10.96.12.7', port: 80, protocol: 'tcp' },
      attempts: attempts('pods/default/web-a/hairpin.txt', 1, ['refused', 'ok']),
    },
  ],
  findings: [
    { check: 'connect-timeout', on: 'n1', state: 'fail', says: 'half of the connections to the cluster IP time out' },
    { check: 'stale-conntrack', on: 'n2', state: 'remark', says: 'two entries for an address that is no endpoint' },
    { check: 'proxy-health', on: 'n2', state: 'unknown', says: 'kube-proxy on n2 was not asked' },
  ],
  unseen: ['ipvs state of n2: no tool in the image; --node-image with ipvsadm would show it'],
}

/** Nothing wrong, and nothing hidden. */
export const healthy: Report = {
  ...faulty,
  verdict: { state: 'healthy', says: 'Every probe of web was answered from every node.', causes: [], unexplained: [] },
  checklist: faulty.checklist.filter((item) => item.state === 'pass'),
  cells: faulty.cells.filter((cell) => cell.attempts.every((attempt) => attempt.outcome === 'ok')),
  findings: [],
  unseen: [],
}

/** Node rules were not allowed to be read. */
export const undetermined: Report = {
  ...faulty,
  verdict: {
    state: 'undetermined',
    says: 'Connections to web fail, and the rules of n3 could not be read.',
    causes: [],
    unexplained: ['client/n1/vip', 'client/n1/far'],
  },
  findings: [],
  unseen: ['rules, routes and sockets of n3: you declined; --node-probes=always reads them'],
}
