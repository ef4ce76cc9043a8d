import type { Target } from '../../model.ts'
import type { DnsQuery } from './dns-script.ts'
import type { Stage } from './stage.ts'

/** A name outside the cluster that is reserved for such use (RFC 2606) and exists on the Internet. */
const outside = 'example.com.'

/**
 * The Service's name in every form from each nameserver of the resolver, and from each DNS server by itself; the API server's name as
 * a control that splits "no DNS" from "no such name". `ownNamespace`: the asking pod lives in the Service's namespace.
 */
export function dnsQueries(
  stage: Stage,
  target: Target,
  ownNamespace: boolean,
): { queries: DnsQuery[]; getent: string[] } {
  const { service, namespace } = target
  const fqdn = `${service}.${namespace}.svc.${stage.clusterDomain}.`
  const control = `kubernetes.default.svc.${stage.clusterDomain}.`
  const types = stage.service?.spec.ipFamilies?.includes('IPv6') ? ['A', 'AAAA'] : ['A']
  const query = (
    server: string,
    protocol: 'udp' | 'tcp',
    name: string,
    form: DnsQuery['form'],
    tries: number,
    type = 'A',
  ): DnsQuery => ({
    server,
    protocol,
    type,
    name,
    form,
    tries,
  })
  const externalName = stage.service?.spec.externalName
  const servers = serverAddresses(stage)
  return {
    queries: [
      ...types.flatMap((type) => [query('', 'udp', fqdn, 'fqdn', 4, type), query('', 'tcp', fqdn, 'fqdn', 1, type)]),
      ...(ownNamespace ? [query('', 'udp', service, 'short', 1)] : []),
      query('', 'udp', `${service}.${namespace}`, 'namespaced', 1),
      query('', 'udp', `${service}.${namespace}.svc`, 'svc', 1),
      query('', 'udp', control, 'fqdn', 2),
      query('', 'udp', outside, 'external', 1),
      ...(externalName ? [query('', 'udp', `${externalName.replace(/\.$/, '')}.`, 'external', 2)] : []),
      ...servers.flatMap((server) => [
        query(server, 'udp', control, 'fqdn', 2),
        query(server, 'tcp', control, 'fqdn', 1),
        query(server, 'udp', fqdn, 'fqdn', 1),
      ]),
    ],
    getent: [ownNamespace ? service : `${service}.${namespace}`, fqdn],
  }
}

/** kube-dns' own address and each of its pods. */
function serverAddresses(stage: Stage): string[] {
  const pods = (stage.dns?.endpoints ?? [])
    .filter((endpoint) => !endpoint.terminating)
    .map((endpoint) => endpoint.address)
  return [...new Set([...(stage.dns?.clusterIps ?? []), ...pods])].filter((ip) => ip !== '').slice(0, 8)
}
