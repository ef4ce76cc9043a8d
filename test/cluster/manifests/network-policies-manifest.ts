import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NETWORK_POLICIES_IMAGE } from '../build/image-list.ts'
import type { LabOptions } from '../lab-plan.ts'

const TEMPLATE = join(import.meta.dirname, 'network-policies.yaml')

/** The manifest of a NetworkPolicy enforcer on every node (sigs.k8s.io/kube-network-policies), fed by NFQUEUE. */
export async function networkPoliciesManifest(options: LabOptions): Promise<string> {
  const template = await readFile(TEMPLATE, 'utf8')
  const families = options.dualStack ? 'iptables ip6tables' : 'iptables'
  return template.replaceAll('NETWORK_POLICIES_IMAGE', NETWORK_POLICIES_IMAGE).replace('FAMILIES', families)
}
