import assert from 'node:assert/strict'
import { parseKubeProxy } from '../../src/parse/kube-proxy.ts'
import { sample } from './sample.ts'

describe('kube-proxy.txt', () => {
  it('reads health, mode and the times of the last sync of a living kube-proxy', () => {
    const { value, unread } = parseKubeProxy(sample('kube-proxy/iptables.txt'))
    assert.deepEqual(unread, [])
    assert.deepEqual(
      [value.healthz?.status, value.healthz?.exitCode, value.livez?.status, value.mode?.value],
      [200, 0, 200, 'iptables'],
    )
    assert.equal(JSON.parse(value.healthz!.body).healthy, true)
    assert.equal(value.lastSync?.value, 1795973486.5754282)
    assert.equal(value.lastSync?.labels.get('ip_family'), 'IPv4')
    assert.ok(value.lastQueued!.value < value.lastSync!.value)
    assert.deepEqual(value.noLocalEndpoints.map((s) => [s.labels.get('traffic_policy'), s.value]).slice(0, 2), [
      ['external', 0],
      ['internal', 0],
    ])
    assert.equal(value.restoreFailures, undefined)
  })

  it('reads the nftables mode, in which the same series exist', () => {
    const { value } = parseKubeProxy(sample('kube-proxy/nftables.txt'))
    assert.deepEqual(
      [value.mode?.value, value.lastSync?.value, value.syncFailures],
      ['nftables', 1795974678.6674516, undefined],
    )
  })

  it('reads why a stopped or frozen kube-proxy did not answer', () => {
    const { value } = parseKubeProxy(
      "== healthz\n\nrc=7 code=000 err=Failed to connect to 127.0.0.1 port 10256 after 0 ms: Couldn't connect to server\n== livez\n\nrc=28 code=000 err=Operation timed out after 3001 milliseconds with 0 bytes received\n== proxyMode\n\nrc=7 code=000 err=x\n",
    )
    assert.deepEqual([value.healthz?.exitCode, value.healthz?.status, value.healthz?.body], [7, undefined, ''])
    assert.ok(value.livez?.error?.startsWith('Operation timed out'))
    assert.equal(value.mode, undefined)
    assert.equal(value.lastSync, undefined)
  })

  it('reads an unhealthy answer with its body', () => {
    const { value } = parseKubeProxy('== healthz\n{"healthy":false}\nrc=0 code=503 err=\n')
    assert.deepEqual([value.healthz?.status, value.healthz?.body, value.healthz?.line], [503, '{"healthy":false}', 2])
  })

  it('takes IPv4’s times and the worst family’s failures', () => {
    const { value } = parseKubeProxy(
      `== metrics
kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv6"} 1e+09
kubeproxy_sync_proxy_rules_last_timestamp_seconds{ip_family="IPv4"} 2e+09
kubeproxy_sync_proxy_rules_iptables_restore_failures_total{ip_family="IPv4"} 1
kubeproxy_sync_proxy_rules_iptables_restore_failures_total{ip_family="IPv6"} 7
kubeproxy_sync_proxy_rules_nftables_sync_failures_total 3 1700000000000
`,
    )
    assert.deepEqual([value.lastSync?.value, value.restoreFailures?.value, value.syncFailures?.value], [2e9, 7, 3])
  })

  it('reads labels with quotes, commas and braces in them, and lists broken samples', () => {
    const { value, unread } = parseKubeProxy('== metrics\na{b="c,\\"d}",e="\\n"} +Inf\nx{y="z} 1\nx{y=1} 1\nx one\n')
    assert.deepEqual(
      [...value.samples[0]!.labels],
      [
        ['b', 'c,"d}'],
        ['e', '\n'],
      ],
    )
    assert.equal(value.samples[0]!.value, Number.POSITIVE_INFINITY)
    assert.deepEqual(
      unread.map((u) => u.line),
      [3, 4, 5],
    )
  })

  it('lists what stands outside of known sections', () => {
    assert.deepEqual(
      parseKubeProxy('curl: not found\n== configz\nhello\n').unread.map((u) => u.line),
      [1, 2, 3],
    )
  })
})
