import assert from 'node:assert/strict'
import { shutByPolicy } from '../../src/facts/by-design.ts'
import type { Placed } from '../../src/facts/cluster.ts'
import type { NetworkPolicy } from '../../src/facts/kube.ts'
import type { Cell, DestinationKind } from '../../src/model.ts'

type Rule = NonNullable<NetworkPolicy['spec']['egress']>[number]

const policies = (...egress: Rule[]) =>
  [
    {
      object: {
        metadata: { name: 'p', namespace: 'default' },
        spec: { podSelector: {}, policyTypes: ['Egress'], egress },
      },
    },
  ] as unknown as Placed<NetworkPolicy>[]

const toWeb: Rule = { to: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 8080 }] }
const block = (cidr: string, ports: Rule['ports'] = [], except: string[] = []): Rule => ({
  to: [{ ipBlock: { cidr, except } }],
  ports,
})

function cell(from = 'client', kind: DestinationKind = 'node-port', node = 'n2'): Cell {
  const to = { kind, ip: '172.30.0.12', port: 30080, protocol: 'tcp', node }
  return { id: 'x', from: { kind: from, node: 'n1' }, to, attempts: [] } as unknown as Cell
}

describe('a node port that an egress policy shuts', () => {
  it('is shut where the policy admits pods alone', () => {
    assert.equal(shutByPolicy(policies(toWeb), cell()), true)
  })

  it('is not where a rule admits the address and the port', () => {
    assert.equal(shutByPolicy(policies(toWeb, block('172.30.0.0/24')), cell()), false)
    assert.equal(
      shutByPolicy(policies(toWeb, block('172.30.0.0/24', [{ port: 30000, endPort: 32767 }])), cell()),
      false,
    )
    assert.equal(shutByPolicy(policies(toWeb, { ports: [{ port: 30080 }] }), cell()), false)
  })

  it('is where the rule admits another address or port', () => {
    assert.equal(shutByPolicy(policies(toWeb, block('172.30.0.0/24', [], ['172.30.0.12/32'])), cell()), true)
    assert.equal(shutByPolicy(policies(toWeb, block('10.0.0.0/8')), cell()), true)
    assert.equal(shutByPolicy(policies(toWeb, block('172.30.0.0/24', [{ port: 443 }])), cell()), true)
    assert.equal(
      shutByPolicy(policies(toWeb, block('172.30.0.0/24', [{ port: 30080, protocol: 'UDP' }])), cell()),
      true,
    )
  })

  it('concerns pods alone, other nodes alone, and node ports alone', () => {
    assert.equal(shutByPolicy(policies(toWeb), cell('host')), false)
    assert.equal(shutByPolicy(policies(toWeb), cell('client', 'node-port', 'n1')), false)
    assert.equal(shutByPolicy(policies(toWeb), cell('client', 'cluster-ip')), false)
  })

  it('is left to the checks where the policy admits nothing, or DNS alone', () => {
    assert.equal(shutByPolicy(policies(), cell()), false)
    assert.equal(shutByPolicy(policies({ ports: [{ port: 53, protocol: 'UDP' }] }), cell()), false)
    assert.equal(shutByPolicy([], cell()), false)
  })
})
