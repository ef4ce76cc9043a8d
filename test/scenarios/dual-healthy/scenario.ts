import { familyIp, healthy, nothing, ofOneFamily, pod, sees, steps } from '../verbs.ts'

export default ofOneFamily({
  about: 'nothing is wrong in either family',
  fault: [],
  break: nothing,
  observable: steps(sees(pod('n0'), familyIp(6), 'ok'), sees(pod('n0'), familyIp(4), 'ok')),
  heal: nothing,
  expect: healthy,
})
