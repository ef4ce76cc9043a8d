import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, server, shopper, shopperGone } from '../verbs.ts'

export default {
  about: 'the client pod sends HTTP through a proxy that does not answer, and NO_PROXY leaves the cluster out',
  fault: ['client-proxy-env'],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: shopper({
    ...server,
    env: [
      { name: 'http_proxy', value: 'http://172.30.0.99:3128' },
      { name: 'no_proxy', value: 'localhost' },
    ],
  }),
  observable: async (stage) => {
    const { exitCode } = await stage.kubectl([
      'exec',
      'shopper',
      '--',
      'curl',
      '-s',
      '-m',
      '5',
      'http://web.default.svc.cluster.local/',
    ])
    if (exitCode === 0) throw new Error('the client gets through in spite of its proxy')
  },
  heal: shopperGone,
  expect: faulty('client-proxy-env'),
  fix: 'none: the environment of a pod cannot be changed; its owner has to make it anew',
} satisfies Scenario
