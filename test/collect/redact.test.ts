import assert from 'node:assert/strict'
import { redactJson, redactText } from '../../src/collect/redact.ts'

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlIn0.c2lnbmF0dXJl'

describe('redaction', () => {
  it('takes managedFields and the last applied configuration out', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"secret":1}' }
    assert.deepEqual(redactJson({ metadata: { name: 'a', managedFields: [1], annotations } }), {
      metadata: { name: 'a', annotations: {} },
    })
  })

  it('leaves out what is bulky and decides nothing', () => {
    const node = { status: { images: [{ names: ['a'] }], addresses: [] } }
    const pod = { spec: { volumes: [{ name: 'v' }], containers: [{ name: 'c', volumeMounts: [{ name: 'v' }] }] } }
    assert.deepEqual(redactJson([node, pod]), [
      { status: { addresses: [] } },
      { spec: { containers: [{ name: 'c' }] } },
    ])
  })

  it('keeps the names of the ConfigMaps that a pod mounts', () => {
    const volumes = [
      { name: 'a', hostPath: { path: '/' } },
      { name: 'b', configMap: { name: 'kube-proxy', items: [] } },
    ]
    assert.deepEqual(redactJson({ spec: { volumes } }), { spec: { volumes: [{ configMap: { name: 'kube-proxy' } }] } })
  })

  it('keeps what CNIs and load balancers say, and hides what others wrote', () => {
    const annotations = {
      'flannel.alpha.coreos.com/public-ip': '172.30.0.11',
      'service.kubernetes.io/topology-mode': 'Auto',
      'projectcalico.org/IPv4Address': '10.0.0.1/24',
      'vault.hashicorp.com/token': 'geheim',
      note: 'my password',
    }
    assert.deepEqual(redactJson({ annotations }), {
      annotations: { ...annotations, 'vault.hashicorp.com/token': '(removed)', note: '(removed)' },
    })
  })

  it('hides values of environment variables but not the proxies’', () => {
    const env = [
      { name: 'DB_PASSWORD', value: 'geheim' },
      { name: 'https_proxy', value: 'http://user:pw@proxy:3128' },
      { name: 'NO_PROXY', value: '.svc,10.0.0.0/8' },
      { name: 'FROM', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    ]
    const out = redactJson({ env }) as { env: unknown[] }
    assert.deepEqual(out.env, [
      { name: 'DB_PASSWORD', value: '(removed)' },
      { name: 'https_proxy', value: 'http://(removed)@proxy:3128' },
      { name: 'NO_PROXY', value: '.svc,10.0.0.0/8' },
      { name: 'FROM', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    ])
  })

  it('hides secret-looking arguments and keeps the others', () => {
    const out = redactJson({ args: ['--db-password=geheim', '--api-key:abc', '--http-port=8080', 'netexec'] })
    assert.deepEqual(out, { args: ['--db-password=(removed)', '--api-key:(removed)', '--http-port=8080', 'netexec'] })
  })

  it('keeps the number of lines when it takes a private key out', () => {
    const text = `a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nxyz\n-----END RSA PRIVATE KEY-----\nb\n`
    const out = redactText(text)
    assert.equal(out.split('\n').length, text.split('\n').length)
    assert.ok(!out.includes('MIIE'))
    assert.ok(out.endsWith('\nb\n'))
  })

  it('takes tokens and passwords in URLs out of logs', () => {
    assert.equal(redactText(`Bearer ${jwt} ok`), 'Bearer (removed) ok')
    assert.equal(redactText('postgres://u:p@db:5432/x'), 'postgres://(removed)@db:5432/x')
  })

  it('takes no longer on long lines without a space', () => {
    for (const piece of ['a.b-c+d', 'eyJ-', '-----BEGIN PRIVATE KEY-----', 'a://b:']) {
      const started = Date.now()
      redactText(piece.repeat(30_000))
      assert.ok(Date.now() - started < 3000, `${piece}: ${Date.now() - started} ms`)
    }
  })

  it('leaves rules, routes and addresses alone', () => {
    const text =
      '-A KUBE-SVC -s 10.0.0.1/32 ! -d 10.96.0.10/32 -m comment --comment "default/web:http" -j KUBE-SEP\nhttp://10.0.0.1:80/\n'
    assert.equal(redactText(text), text)
  })
})
