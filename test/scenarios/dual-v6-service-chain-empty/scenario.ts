import { familyIp, faulty, kpRestart, ofOneFamily, onNode, pod, sees, spreadChain } from '../verbs.ts'

export default ofOneFamily({
  about: 'the chain that spreads IPv6 connections is empty on n1',
  fault: ['kp-svc-chain-empty'],
  break: async (stage) => onNode('n1', `ip6tables -t nat -F ${await spreadChain(stage, 6, 'n1')}`)(stage),
  observable: sees(pod('n1'), familyIp(6), 'fails'),
  heal: kpRestart('n1'),
  expect: faulty('kp-svc-chain-empty', 'n1'),
})
