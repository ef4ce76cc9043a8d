import { createHash } from 'node:crypto'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 base32 of a SHA-256, as kube-proxy names its chains (pkg/proxy/iptables portProtoHash). */
function hash(text: string): string {
  const bits = [...createHash('sha256').update(text).digest()].map((b) => b.toString(2).padStart(8, '0')).join('')
  return (bits.slice(0, 80).match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)]).join('')
}

/** `namespace/name:port`, without the colon for an unnamed port. */
export function servicePortName(namespace: string, name: string, port: string): string {
  return `${namespace}/${name}${port ? `:${port}` : ''}`
}

/** Chain of a Service port in iptables mode, e.g. `KUBE-SVC-NPX46M4PTMTKRN6Y` for default/kubernetes:https. */
export function serviceChain(kind: 'SVC' | 'SVL' | 'EXT' | 'FW', portName: string, protocol: string): string {
  return `KUBE-${kind}-${hash(portName + protocol).slice(0, 16)}`
}

/** Chain of one endpoint in iptables mode, made of `address:port` with brackets around IPv6 (net.JoinHostPort). */
export function endpointChain(
  portName: string,
  protocol: string,
  { address, port }: { address: string; port: number },
): string {
  const endpoint = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  return `KUBE-SEP-${hash(portName + protocol + endpoint).slice(0, 16)}`
}

/** Name that nftables mode puts behind `service-`, `local-`, `external-` …: `ULMVA6XW-ns1/svc1/tcp/p80`. */
export function nftServiceName(namespace: string, name: string, port: string, protocol: string): string {
  const text = `${namespace}/${name}/${protocol}/${port}`
  return `${hash(text).slice(0, 8)}-${text}`
}
