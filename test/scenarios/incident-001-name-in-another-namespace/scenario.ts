import type { Scenario } from '../../cluster/scenario.ts'
import { kubectl, nothing, undoKubectl } from '../verbs.ts'

export default {
  about: 'the Service is looked for in a namespace that does not have it, while another one does',
  fault: ['dns-short-name-cross-namespace', 'svc-missing'],
  modes: ['iptables'],
  namespace: 'shop',
  break: kubectl('create namespace shop'),
  observable: nothing,
  heal: undoKubectl('delete namespace shop --wait=false'),
  expect: { state: 'refused', message: 'default' },
} satisfies Scenario
