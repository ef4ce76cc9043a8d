import assert from 'node:assert/strict'
import { command } from './fakes.ts'

const connection = async (...line: string[]) => (await command(line)).opened[0]?.flags

describe('the command line', () => {
  it('reads flags the way kubectl does', async () => {
    assert.deepEqual(await connection('web', '-n', 'shop'), { namespace: 'shop' })
    assert.deepEqual(await connection('web', '-nshop'), { namespace: 'shop' })
    assert.deepEqual(await connection('web', '-n=shop'), { namespace: 'shop' })
    assert.deepEqual(await connection('--namespace', 'shop', 'web'), { namespace: 'shop' })
    assert.deepEqual(await connection('web', '--namespace=a', '-n', 'b'), { namespace: 'b' }, 'the last one wins')
    assert.deepEqual(await connection('web', '--as-group=a', '--as-group', 'b'), { asGroup: ['a', 'b'] })
    assert.deepEqual(
      await connection('--as-group', 'a', 'web'),
      { asGroup: ['a'] },
      'a repeatable flag takes one value',
    )
    assert.deepEqual(await connection('web', '--request-timeout=1m30s'), { requestTimeout: 90_000 })
    assert.deepEqual(await connection('web', '--token=-x'), { token: '-x' })
  })

  it('takes a boolean for what it says', async () => {
    assert.deepEqual(await connection('web', '--insecure-skip-tls-verify'), { insecureSkipTlsVerify: true })
    assert.deepEqual(await connection('web', '--insecure-skip-tls-verify=true'), { insecureSkipTlsVerify: true })
    assert.deepEqual(await connection('--insecure-skip-tls-verify=false', 'web'), {})
  })

  it('bundles short flags', async () => {
    const { opened, collected } = await command(['-yv6', 'web'])
    assert.equal(opened.length, 1)
    const agreed = await collected[0]?.consent([{ node: 'n1', why: 'x' }], {
      image: '',
      namespace: '',
      capabilities: [],
      questions: new Map(),
      manifest: () => ({}),
    })
    assert.deepEqual(agreed, new Set(['n1']))
  })

  for (const words of [
    ['web'],
    ['svc/web'],
    ['service/web'],
    ['Services/web'],
    ['services.v1./web'],
    ['svc', 'web'],
    ['--', 'web'],
  ])
    it(`takes ${words.join(' ')} for the Service web`, async () => {
      assert.equal((await command(words)).collected[0]?.service, 'web')
    })

  it('takes the port that clients dial after the name', async () => {
    const dialled = async (...words: string[]) => {
      const { service, port } = (await command(words)).collected[0]!
      return [service, port]
    }
    assert.deepEqual(await dialled('web:8080'), ['web', 8080])
    assert.deepEqual(await dialled('svc/web:80'), ['web', 80])
    assert.deepEqual(await dialled('svc', 'web:65535'), ['web', 65535])
    assert.deepEqual(await dialled('web'), ['web', undefined])
  })

  for (const [line, says, next] of [
    [[], /name of the Service is missing/, /kubectl svc-debug SERVICE/],
    [['svc'], /the name of the Service is missing/, /svc\/NAME/],
    [['pod/web'], /only Services can be debugged, not "pod"/, /Service that selects/],
    [['a', 'b'], /one Service at a time/, /kubectl svc-debug a/],
    [['svc', 'a', 'b'], /one Service at a time|a b/, /./],
    [['web.shop.svc'], /DNS name/, /web -n shop/],
    [['web:http'], /"http" is no port number/, /web:8080/],
    [['web:65536'], /"65536" is no port number/, /leave it out/],
    [['web.shop.svc:80'], /DNS name/, /web -n shop/],
    [['Web'], /cannot be the name of a Service/, /lower-case/],
    [['web', '--bad'], /unknown flag: --bad/, /--help/],
    [['web', '--namespce=x'], /unknown flag: --namespce/, /did you mean --namespace\?/],
    [['web', '-q'], /unknown shorthand flag: 'q' in -q/, /--help/],
    [['web', '-n'], /flag needs an argument: 'n' in -n/, /--help/],
    [['web', '--yes=maybe'], /invalid argument "maybe" for --yes/, /--yes=false/],
    [['web', '-o', 'name'], /invalid argument "name" for --output/, /wide, json, yaml/],
    [['web', '--node-probes=sometimes'], /--node-probes/, /ask, always, never/],
    [['web', '--timeout=soon'], /not a duration/, /--timeout=90s/],
    [['web', '--trace=n1'], /invalid argument "n1" for --trace/, /--trace 'NODE/],
    [['web', '--client=deploy/x'], /--client/, /pod\/NAME/],
    [['web', '--from=x', '--save=y'], /touches no cluster/, /--save/],
    [['--from=x', 'web:81'], /is a run for Service default\/web$/m, /leave out the name/],
    [['--from=x', 'other'], /is a run for Service default\/web/, /leave out the name/],
    [['web', '-v', 'high'], /not a number/, /-v 6/],
  ] as const)
    it(`answers "${line.join(' ')}" with a sentence, a next step and exit code 2`, async () => {
      const { code, out, err, opened } = await command([...line])
      assert.equal(code, 2)
      assert.equal(out, '')
      assert.match(err, /^error: /)
      assert.match(err, says)
      assert.match(err.split('\n').slice(1).join('\n'), next)
      assert.doesNotMatch(err, /\n\s+at /, 'no stack')
      assert.deepEqual(opened, [])
    })

  it('shows help with -h and --help, but not when -h is the value of a flag', async () => {
    for (const flag of ['-h', '--help'])
      assert.match((await command(['web', flag])).out, /^Usage:\n {2}kubectl svc-debug/m)
    const { code, out } = await command(['web', '-n', '-h'])
    assert.deepEqual([code, out], [2, ''])
  })

  it('names every flag in the help text', async () => {
    const { flags } = await import('../../src/cli/flags.ts')
    const { out } = await command(['--help'])
    assert.ok(Object.keys(flags).length > 20)
    for (const name of Object.keys(flags)) assert.match(out, new RegExp(` -{1,2}${name}\\b`))
    assert.deepEqual(
      out.split('\n').filter((line) => line.length > 110),
      [],
    )
  })

  it('shows its version', async () => {
    assert.match((await command(['--version'])).out, /^\d+\.\d+\.\d+\n$/)
  })
})
