import { isIP } from 'node:net'
import { blameSome } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'extname-target-bad',
  title: 'The name that the ExternalName Service points to exists',
  item: 'external-name',
  needs: ['service', 'services', 'dns', 'cells', 'evidence'],
  applies: ({ service }) => (service.spec.type === 'ExternalName' ? true : 'not an ExternalName Service'),
  run({ service, services, dns, cells, evidence }) {
    const { name, namespace } = service.metadata
    const target = (service.spec.externalName ?? '').replace(/\.$/, '')
    const explains = blameSome(
      cells,
      (cell) =>
        (cell.to.kind === 'dns' || cell.to.kind === 'external-name') &&
        cell.attempts.some((a) => ['nxdomain', 'no-data', 'servfail', 'timeout', 'other'].includes(a.outcome)),
    )
    if (explains.length === 0) return []
    const own = `${name}.${namespace}.svc.${dns.domain}`
    const says = isIP(target)
      ? `it is an address, and a DNS alias can only point to a name`
      : target === own || target === `${name}.${namespace}`
        ? 'it points to itself'
        : !target.includes('.') && services.some((s) => s.object.metadata.name === target)
          ? `"${target}" without namespace and domain is no name in DNS (Service ${target} is ${target}.${namespace}.svc.${dns.domain})`
          : 'nothing of that name resolves'
    const proper =
      !target.includes('.') && services.some((s) => s.object.metadata.name === target)
        ? `${target}.${namespace}.svc.${dns.domain}`
        : undefined
    return [
      {
        says: `ExternalName Service ${namespace}/${name} points to "${target}", and ${says}.`,
        on: `service ${namespace}/${name}`,
        proof: [
          evidence.proofAt('api/service.json', 'spec', 'externalName'),
          ...cells
            .filter((cell) => explains.includes(cell.id))
            .slice(0, 1)
            .map((cell) => cell.attempts[0]!.proof),
        ],
        why: 'such a Service is only a DNS alias: no proxy and no endpoint stands behind it, so the alias must lead to a name that resolves',
        fix: proper
          ? [`kubectl -n ${namespace} patch service ${name} --type=merge -p '{"spec":{"externalName":"${proper}"}}'`]
          : isIP(target)
            ? [`# use a Service without selector and an EndpointSlice that lists ${target} instead`]
            : ['# set spec.externalName to a name that resolves (dig it from a pod)'],
        explains,
      },
    ]
  },
})
