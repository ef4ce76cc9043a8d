import assert from 'node:assert/strict'
import { loopbackKubeconfig } from './bootstrap.ts'
import { nodeProblems, workloadProblems } from './health.ts'
import { ipvsConfig, ipvsDaemonSet } from './ipvs/ipvs-proxy.ts'
import { loadBalancerRules } from './net/load-balancer.ts'
import { staleAddresses } from './reset/ipvs-addresses.ts'

const ANNOTATIONS = { 'flannel.alpha.coreos.com/public-ip': '172.30.0.10' }
const node = (name: string, ready: string, annotations: Record<string, string> = ANNOTATIONS) => ({
  metadata: { name, annotations },
  status: { conditions: [{ type: 'Ready', status: ready, message: 'why' }] },
})
const workload = (namespace: string, name: string, available: number) => ({
  kind: namespace === 'kube-flannel' || name === 'kube-proxy' ? 'DaemonSet' : 'Deployment',
  metadata: { namespace, name, generation: 1 },
  spec: { replicas: 2 },
  status: {
    observedGeneration: 1,
    desiredNumberScheduled: 2,
    updatedNumberScheduled: 2,
    numberAvailable: available,
    replicas: 2,
    updatedReplicas: 2,
    availableReplicas: available,
  },
})

describe('The health of a lab', () => {
  it('counts nodes that are missing, not Ready or unknown to the overlay', () => {
    const items = [node('n0', 'True'), node('n1', 'False'), node('n2', 'True', {})]
    assert.deepEqual(nodeProblems(['n0', 'n1', 'n2', 'n3'], { items }), [
      'Node n1 is not Ready: why',
      'flannel on n2 has not announced itself.',
      'Node n3 has not joined.',
    ])
  })

  it('counts system workloads that are missing or not rolled out, and no others', () => {
    const items = [
      workload('kube-system', 'coredns', 1),
      workload('kube-system', 'kube-proxy', 2),
      workload('default', 'web', 0),
    ]
    assert.deepEqual(workloadProblems({ items }), [
      'Workload kube-flannel/kube-flannel-ds is missing.',
      'Deployment kube-system/coredns: 1 of 2 available, 2 up to date.',
    ])
  })

  it('leads kubectl to the loopback port', () => {
    const adminConf = 'clusters:\n- cluster:\n    server: https://172.30.0.10:6443\n  name: kubernetes\n'
    const expected = 'clusters:\n- cluster:\n    server: https://127.0.0.1:20001\n  name: kubernetes\n'
    assert.equal(loopbackKubeconfig(adminConf, 20_001), expected)
  })

  it('makes the IPVS kube-proxy from the stock one', () => {
    const config = ipvsConfig({ data: { 'config.conf': 'a: 1\nmode: iptables\n', 'kubeconfig.conf': 'k' } })
    assert.match(JSON.stringify(config), /a: 1\\nmode: ipvs\\n.*kubeconfig\.conf/)
    const volumes = [{ configMap: { name: 'kube-proxy' } }, {}]
    const stock = { selector: {}, template: { metadata: {}, spec: { affinity: {}, volumes } } }
    const daemonSet = JSON.stringify(ipvsDaemonSet({ apiVersion: 'apps/v1', kind: 'DaemonSet', spec: stock }, 'n3'))
    assert.match(daemonSet, /"configMap":\{"name":"kube-proxy-ipvs"\}/)
    assert.match(daemonSet, /"nodeSelector":\{"kubernetes\.io\/hostname":"n3"\}/)
    assert.doesNotMatch(daemonSet, /affinity/)
  })

  it('finds external addresses on the IPVS device that no Service has', () => {
    const shown = ['10.96.0.1/32', '172.30.0.10/32', '172.30.0.200/32'].map((address, index) => {
      return `${index}: kube-ipvs0    inet ${address} scope global kube-ipvs0`
    })
    const services = { items: [{ spec: { externalIPs: ['172.30.0.200'] } }, { spec: {} }] }
    assert.deepEqual(staleAddresses(shown.join('\n'), services), ['172.30.0.10/32'])
  })

  it('spreads the load balancer over all nodes', () => {
    const rules = loadBalancerRules(['172.30.0.10', '172.30.0.11'])
    assert.match(rules, /random mod 2 map \{ 0 : 172\.30\.0\.10 \. 30080, 1 : 172\.30\.0\.11 \. 30080 \}/)
  })
})
