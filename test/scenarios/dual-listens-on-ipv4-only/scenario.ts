import { familyIp, faulty, ofOneFamily, pod, restoreBase, sees, shellServer, steps, webPods } from '../verbs.ts'

export default ofOneFamily({
  about: 'the servers listen on IPv4 only and the Service has both families',
  fault: ['app-ipv4-only'],
  break: webPods(shellServer('busybox httpd -f -p 0.0.0.0:8080')),
  observable: steps(sees(pod('n0'), familyIp(6), 'refused'), sees(pod('n0'), familyIp(4), 'ok')),
  heal: restoreBase,
  expect: faulty('app-ipv4-only'),
  fix: 'none: the program has to be mended',
})
