import { familyIp, faulty, kpRestart, ofOneFamily, onNode, pod, seesSome, spreadChain } from '../verbs.ts'

export default ofOneFamily({
  about: 'the IPv6 rules of n1 name one endpoint fewer than the Service has',
  fault: ['kp-lb-count-mismatch'],
  break: async (stage) => {
    const chain = await spreadChain(stage, 6, 'n1')
    await onNode('n1', `ip6tables -t nat -D ${chain} $(ip6tables -t nat -S ${chain} | grep -c '^-A')`)(stage)
  },
  observable: seesSome(pod('n1'), familyIp(6), 'fails'),
  heal: kpRestart('n1'),
  expect: faulty('kp-lb-count-mismatch', 'n1'),
})
