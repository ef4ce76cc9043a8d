import type { Lab } from '../lab.ts'

/**
 * Takes from the IPVS node's device every external address that no Service has any more. kube-proxy cannot do it
 * itself once such an address has cut it off from the API server; old cluster addresses it takes away in time. Returns
 * what was taken away.
 */
export async function dropStaleIpvsAddresses(lab: Lab): Promise<string[]> {
  const node = lab.ipvsNode
  if (node === undefined) return []
  const services = await lab.kubectl(['get', 'services', '-A', '-o', 'json'], { timeout: 20_000 })
  const shown = await lab.node(node, 'ip -o -4 addr show dev kube-ipvs0')
  if (services.exitCode !== 0 || shown.exitCode !== 0) return []
  const stale = staleAddresses(shown.stdout, JSON.parse(services.stdout))
  for (const address of stale) await lab.node(node, `ip addr del ${address} dev kube-ipvs0`)
  return stale.map((address) => `${node} kube-ipvs0: extra: ${address}`)
}

/** 10.96.0.0/12 */
const CLUSTER_ADDRESS = /^10\.(9[6-9]|10\d|11[01])\./

type ServiceList = { items: { spec: { externalIPs?: string[] } }[] }

/** External addresses with their prefix length that `ip -o addr` shows and no Service has (pure). */
export function staleAddresses(shown: string, services: ServiceList): string[] {
  const known = new Set(services.items.flatMap((service) => service.spec.externalIPs ?? []))
  const addresses = [...shown.matchAll(/ inet (\S+)/g)].map((match) => match[1]!)
  return addresses.filter((address) => !CLUSTER_ADDRESS.test(address) && !known.has(address.split('/')[0]!))
}
