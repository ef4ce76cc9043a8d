import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FLANNEL_IMAGE } from '../build/image-list.ts'
import { ADDRESSES, type LabOptions } from '../lab-plan.ts'

const TEMPLATE = join(import.meta.dirname, 'flannel.yaml')

/** flannel's manifest with VXLAN as in its own release, with the lab's networks and image filled in. */
export async function flannelManifest(options: LabOptions): Promise<string> {
  const network = {
    Network: ADDRESSES.podCidr,
    ...(options.dualStack ? { EnableIPv6: true, IPv6Network: ADDRESSES.podCidrV6 } : {}),
    EnableNFTables: false,
    Backend: { Type: 'vxlan', Port: 8472 },
  }
  const template = await readFile(TEMPLATE, 'utf8')
  return template.replaceAll('FLANNEL_IMAGE', FLANNEL_IMAGE).replace('NET_CONF', JSON.stringify(network))
}
