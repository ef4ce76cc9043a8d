import assert from 'node:assert/strict'
import { agentQuestions, apiQuestions } from '../../src/collect/plan/api.ts'
import { clientQuestions } from '../../src/collect/plan/client.ts'
import { destinations } from '../../src/collect/plan/destinations.ts'
import { dnsQueries } from '../../src/collect/plan/dns-queries.ts'
import { insideQuestions } from '../../src/collect/plan/inside.ts'
import { logQuestions } from '../../src/collect/plan/logs.ts'
import { nodeQuestions } from '../../src/collect/plan/node.ts'
import { nodesInPlay } from '../../src/collect/plan/nodes-in-play.ts'
import { stageOf } from '../../src/collect/plan/stage.ts'
import type { Bundle, Question, Target } from '../../src/model.ts'
import { node, nodes, pod, service, slice } from './world.ts'

const target: Target = { namespace: 'default', service: 'web' }

/** A bundle of API answers; a string is a refusal. */
function bundleOf(answers: Record<string, unknown>, of: Target = target): Bundle {
  const evidence: Bundle['evidence'] = new Map()
  for (const [name, value] of Object.entries(answers)) {
    const path = `api/${name}.json`
    const question: Question = { path, reach: 'api', get: '' }
    if (typeof value === 'string')
      evidence.set(path, { question, at: '', output: '', trouble: { kind: 'forbidden', text: value } })
    else evidence.set(path, { question, at: '', output: JSON.stringify(value) })
  }
  return { target: of, evidence }
}

const two = slice([
  ['10.244.1.5', 'n1', 'web-a'],
  ['10.244.2.5', 'n2', 'web-b'],
])
const kubernetes = {
  metadata: { namespace: 'default', name: 'kubernetes' },
  spec: { clusterIP: '10.96.0.1', ports: [{ port: 443 }] },
}
const healthy = {
  service: service(),
  endpointslices: { items: [two] },
  nodes: { items: nodes },
  pods: { items: [pod('web-a', 'n1'), pod('web-b', 'n2')] },
  'all-services': { items: [kubernetes] },
  'api-server/endpointslices': {
    items: [{ ...slice([['172.30.0.10', 'n0', 'x']]), ports: [{ name: 'https', port: 6443 }] }],
  },
  'dns/service': {
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'] },
  },
  'dns/endpointslices': {
    items: [{ ...slice([['10.244.0.3', 'n0', 'coredns-1']]), ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] }],
  },
}
const stage = (answers: object = {}) => stageOf(bundleOf({ ...healthy, ...answers }))
const lines = (answers: object = {}, from: 'client' | 'host' = 'client') =>
  destinations(stage(answers), ['n0', 'n1', 'n2'], { kind: from, node: 'n0' }).map(
    ({ kind, variant, protocol, ip, port, tries, how }) =>
      `${kind}${variant ? `:${variant}` : ''} ${protocol} ${ip}:${port} x${tries} ${how}`,
  )

describe('nodes in play', () => {
  it('are one without an endpoint first, then those of the endpoints', () => {
    assert.deepEqual(nodesInPlay(stage()), { first: 'n0', all: ['n0', 'n1', 'n2'] })
  })

  it('prefer workers over the control plane, and ready ones over others', () => {
    const more = [...nodes, node('n3', '172.30.0.13'), node('n4', '172.30.0.14', { ready: 'Unknown' })]
    assert.equal(nodesInPlay(stage({ nodes: { items: more } })).first, 'n3')
  })

  it('start where the named client lives', () => {
    const bundle = bundleOf({ ...healthy, pods: { items: [pod('shell', 'n2')] } }, { ...target, client: 'pod/shell' })
    assert.equal(nodesInPlay(stageOf(bundle)).first, 'n2')
  })

  it('are those that the user names, where they exist', () => {
    assert.deepEqual(nodesInPlay(stage(), ['n2', 'nope']), { first: 'n2', all: ['n2'] })
  })

  it('are at most six', () => {
    const many = Array.from({ length: 20 }, (_, i) => node(`m${i}`, `172.30.1.${i}`))
    const everywhere = slice(many.map(({ metadata }, i) => [`10.244.9.${i}`, metadata.name, `p${i}`]))
    const { first, all } = nodesInPlay(stage({ nodes: { items: many }, endpointslices: { items: [everywhere] } }))
    assert.equal(all.length, 6)
    assert.equal(all[0], first)
  })

  it('leave out nodes that cannot run a Linux pod of ours', () => {
    const odd = [node('fargate', '1.1.1.1', { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } })]
    assert.deepEqual(nodesInPlay(stage({ nodes: { items: odd } })), { all: [] })
  })

  it('come from pods where nodes may not be listed', () => {
    const { first, all } = nodesInPlay(stage({ nodes: 'nodes is forbidden' }))
    assert.deepEqual([first, all], ['n1', ['n1', 'n2']])
  })
})

describe('destinations', () => {
  it('are every way to a NodePort Service, each endpoint, and the controls', () => {
    assert.deepEqual(lines(), [
      'cluster-ip tcp 10.96.5.5:80 x8 http',
      'node-port tcp 172.30.0.10:30080 x4 http',
      'node-port tcp 172.30.0.11:30080 x4 http',
      'node-port tcp 172.30.0.12:30080 x4 http',
      'endpoint tcp 10.244.1.5:8080 x2 http',
      'endpoint:large tcp 10.244.1.5:8080 x1 http-large',
      'endpoint tcp 10.244.2.5:8080 x2 http',
      'endpoint:large tcp 10.244.2.5:8080 x1 http-large',
      'api tcp 10.96.0.1:443 x2 http',
      'api-endpoint tcp 172.30.0.10:6443 x2 http',
      'node tcp 172.30.0.10:10250 x2 http',
      'node tcp 172.30.0.11:10250 x2 http',
      'node tcp 172.30.0.12:10250 x2 http',
      'pod-gateway tcp 10.244.0.1:10250 x2 http',
      'pod-gateway:large tcp 10.244.0.1:10250 x1 https-large',
      'pod-gateway tcp 10.244.1.1:10250 x2 http',
      'pod-gateway:large tcp 10.244.1.1:10250 x1 https-large',
      'pod-gateway tcp 10.244.2.1:10250 x2 http',
      'pod-gateway:large tcp 10.244.2.1:10250 x1 https-large',
    ])
  })

  it('from a host include 127.0.0.1 and leave its own pod gateway out', () => {
    const own = lines({}, 'host')
    assert.ok(own.includes('node-port:localhost tcp 127.0.0.1:30080 x1 http'))
    assert.ok(!own.some((line) => line.includes('10.244.0.1:10250')))
  })

  it('grow with the number of endpoints, up to 24 tries', () => {
    const of = (n: number) => {
      const many = slice(Array.from({ length: n }, (_, i) => [`10.244.1.${i + 1}`, 'n1', `web-${i}`]))
      return lines({ endpointslices: { items: [many] } }).find((line) => line.startsWith('cluster-ip'))
    }
    assert.match(of(3)!, / x12 /)
    assert.match(of(50)!, / x24 /)
  })

  it('include external addresses, the load balancer and its health check', () => {
    const balanced = {
      ...service({ type: 'LoadBalancer', externalIPs: ['203.0.113.5'], healthCheckNodePort: 31000 }),
      status: { loadBalancer: { ingress: [{ ip: '198.51.100.7' }, { hostname: 'lb.example.com' }] } },
    }
    balanced.spec.ports = service().spec.ports
    const all = lines({ service: balanced })
    assert.ok(all.includes('external-ip tcp 203.0.113.5:80 x4 http'))
    assert.ok(all.includes('load-balancer tcp 198.51.100.7:80 x4 http'))
    assert.ok(all.includes('node-port:health tcp 172.30.0.12:31000 x2 http'))
  })

  it('ask DNS over UDP as DNS, other UDP by datagram, TLS ports by TLS', () => {
    const ports = [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'game', port: 9000, protocol: 'UDP' },
      { name: 'https', port: 443, protocol: 'TCP' },
      { name: 'sctp', port: 1, protocol: 'SCTP' },
    ]
    const own = lines({ service: service({ ports }), endpointslices: { items: [] } }).filter((line) =>
      line.startsWith('cluster-ip'),
    )
    assert.deepEqual(own, [
      'cluster-ip udp 10.96.5.5:53 x8 dns',
      'cluster-ip udp 10.96.5.5:9000 x8 udp',
      'cluster-ip tcp 10.96.5.5:443 x8 https',
    ])
  })

  it('of a headless Service are its endpoints', () => {
    const headless = service({
      clusterIP: 'None',
      clusterIPs: ['None'],
      type: 'ClusterIP',
      ports: [{ name: 'http', port: 80 }],
    })
    const all = lines({ service: headless })
    assert.ok(!all.some((line) => line.startsWith('cluster-ip ')))
    // its port is dialled at the pods, where nobody translates it
    assert.ok(all.some((line) => line.startsWith('cluster-ip:headless')))
    assert.ok(all.includes('endpoint tcp 10.244.1.5:8080 x2 http'))
  })

  it('of both families are tried in both', () => {
    const dual = service({ clusterIPs: ['10.96.5.5', 'fd00:96::5'], ipFamilies: ['IPv4', 'IPv6'] })
    assert.ok(lines({ service: dual }).includes('cluster-ip tcp fd00:96::5:80 x8 http'))
  })
})

describe('DNS queries', () => {
  it('ask the Service’s name in every form, and each server by itself', () => {
    const { queries, getent } = dnsQueries(stage(), target, true)
    const asked = queries.map(
      ({ server, protocol, name, form }) => `${server || 'resolver'} ${protocol} ${name} ${form}`,
    )
    for (const line of [
      'resolver udp web.default.svc.cluster.local. fqdn',
      'resolver tcp web.default.svc.cluster.local. fqdn',
      'resolver udp web short',
      'resolver udp web.default namespaced',
      'resolver udp web.default.svc svc',
      'resolver udp kubernetes.default.svc.cluster.local. fqdn',
      '10.96.0.10 udp kubernetes.default.svc.cluster.local. fqdn',
      '10.244.0.3 tcp kubernetes.default.svc.cluster.local. fqdn',
    ]) {
      assert.ok(asked.includes(line), `${line} is missing in\n${asked.join('\n')}`)
    }
    assert.ok(getent.includes('web'))
  })

  it('leave the short name out where the asking pod lives in another namespace', () => {
    const { queries, getent } = dnsQueries(stage(), target, false)
    assert.ok(!queries.some(({ form }) => form === 'short'))
    assert.ok(!getent.includes('web'))
  })

  it('follow an ExternalName', () => {
    const external = service({
      type: 'ExternalName',
      externalName: 'db.example.com',
      clusterIPs: undefined,
      clusterIP: undefined,
      ports: [],
    })
    const { queries } = dnsQueries(stage({ service: external }), target, true)
    assert.ok(queries.some(({ name, form }) => name === 'db.example.com.' && form === 'external'))
  })
})

describe('questions', () => {
  const bundle = bundleOf(healthy)

  it('have paths of their own', () => {
    const all = [
      ...apiQuestions(target),
      ...clientQuestions(bundle, 'n0', ['n0', 'n1'], 'default'),
      ...nodeQuestions(bundle, 'n1', ['n0', 'n1']),
      ...insideQuestions(bundle),
    ]
    assert.equal(new Set(all.map(({ path }) => path)).size, all.length)
    assert.ok(all.length > 50)
  })

  it('on nodes only read', () => {
    const writes =
      /\b(sysctl -w|modprobe|insmod|iptables(-nft|-legacy)? |ip6tables(-nft|-legacy)? |ip \S+ (add|del|set|replace|flush)|nft (add|delete|flush|-f)|ipset (create|add|del|flush|destroy)|conntrack -[DFUI]|rm -rf \/|tee)\b/
    for (const question of nodeQuestions(bundle, 'n1', ['n0', 'n1'])) {
      const text = 'run' in question ? question.run : ''
      assert.doesNotMatch(text, writes, question.path)
      for (const to of text.matchAll(/>\s*("?[^\s;&"|]+"?)/g)) {
        assert.match(to[1]!, /^"?(\/dev\/(null|udp)|&|\$[dfw]|1\b|2\b)/, `${question.path} writes to ${to[1]}`)
      }
    }
  })

  it('never name a table to iptables-legacy, which would create it', () => {
    const legacy = nodeQuestions(bundle, 'n1', ['n1']).filter(({ path }) => path.includes('legacy'))
    assert.equal(legacy.length, 2)
    for (const question of legacy) {
      assert.match('run' in question ? question.run : '', /^if \[ -n "\$\(cat \/proc\/net\/ip6?_tables_names/)
      assert.doesNotMatch('run' in question ? question.run : '', / -t /)
    }
  })

  it('fit into one argument of a process each', () => {
    const many = slice(Array.from({ length: 1000 }, (_, i) => [`10.244.${i >> 8}.${i & 255}`, 'n1', `web-${i}`]))
    const big = bundleOf({ ...healthy, endpointslices: { items: [many] } })
    for (const question of [...clientQuestions(big, 'n0', ['n0'], 'default'), ...nodeQuestions(big, 'n0', ['n0'])]) {
      assert.ok('run' in question && question.run.length < 131_072, question.path)
    }
  })

  it('look into the running endpoint pods and the named client', () => {
    const named = bundleOf(
      {
        ...healthy,
        pods: {
          items: [pod('web-a', 'n1'), pod('shell', 'n0'), { ...pod('web-b', 'n2'), status: { phase: 'Failed' } }],
        },
      },
      { ...target, client: 'shell' },
    )
    const paths = insideQuestions(named).map(({ path }) => path)
    assert.deepEqual(paths, [
      'pods/default/web-a/sockets.txt',
      'pods/default/web-a/resolv.txt',
      'pods/default/web-a/hosts.txt',
      'pods/default/web-a/routes.txt',
      'pods/default/web-a/hairpin.txt',
      'pods/default/shell/resolv.txt',
      'pods/default/shell/hosts.txt',
      'pods/default/shell/routes.txt',
      'pods/default/shell/dns.txt',
      'pods/default/shell/connect.txt',
      'pods/default/shell/dialled.txt',
    ])
  })

  it('of the CNI go to the namespaces of its agents', () => {
    const sets = {
      items: [
        { metadata: { name: 'kube-flannel-ds', namespace: 'kube-flannel' } },
        { metadata: { name: 'other', namespace: 'x' } },
      ],
    }
    const paths = agentQuestions(bundleOf({ 'cni/daemonsets': sets })).map(({ path }) => path)
    assert.deepEqual(paths, ['api/cni/kube-flannel/pods.json', 'api/cni/kube-flannel/configmaps.json'])
  })

  it('go to configurations of kube-proxy that some nodes alone have', () => {
    const proxy = (name: string, ...maps: string[]) => ({
      metadata: { name, namespace: 'kube-system', labels: { 'k8s-app': name } },
      spec: { containers: [], volumes: [{}, ...maps.map((map) => ({ configMap: { name: map } }))] },
    })
    const items = [proxy('kube-proxy', 'kube-proxy'), proxy('kube-proxy-ipvs', 'kube-proxy-ipvs'), proxy('other', 'x')]
    const asked = agentQuestions(bundleOf({ 'kube-system/pods': { items } }))
    assert.deepEqual(
      asked.map((question) => [question.path, 'get' in question && question.get]),
      [['api/kube-system/kube-proxy-ipvs.json', '/api/v1/namespaces/kube-system/configmaps/kube-proxy-ipvs']],
    )
  })

  it('read logs of what looks bad only', () => {
    const dns = { labels: { 'k8s-app': 'kube-dns' }, namespace: 'kube-system' }
    const proxy = { labels: { 'k8s-app': 'kube-proxy' }, namespace: 'kube-system' }
    const of = (pods: object[], ...suspects: string[]) =>
      logQuestions(bundleOf({ 'kube-system/pods': { items: pods } }), new Set(suspects)).map(({ path }) => path)
    assert.deepEqual(of([pod('coredns-1', 'n0', dns), pod('kube-proxy-1', 'n1', proxy)]), [])
    assert.deepEqual(of([pod('coredns-1', 'n0', { ...dns, restarts: 2 })]), [
      'logs/kube-system/coredns-1.txt',
      'logs/kube-system/coredns-1.previous.txt',
    ])
    assert.deepEqual(
      of([pod('coredns-1', 'n0', dns), pod('kube-proxy-1', 'n1', proxy), pod('kube-proxy-2', 'n2', proxy)], 'n1'),
      ['logs/kube-system/coredns-1.txt', 'logs/kube-system/kube-proxy-1.txt'],
    )
  })
})
