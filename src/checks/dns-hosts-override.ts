import { blameSome } from '../facts/blame.ts'
import { hostsOf } from '../facts/own-client.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-hosts-override',
  title: "The client's hosts file does not speak for the Service",
  item: 'name',
  needs: ['ownClient', 'service', 'dns', 'cells', 'evidence'],
  applies: ({ ownClient }) => (ownClient ? true : 'no client pod was named (--client pod/NAME)'),
  run({ ownClient, service, dns, cells, evidence }) {
    const name = `${ownClient!.object.metadata.namespace}/${ownClient!.object.metadata.name}`
    const { path, entries } = hostsOf(evidence, name)
    const { name: own, namespace } = service.metadata
    const names = [own, `${own}.${namespace}`, `${own}.${namespace}.svc`, `${own}.${namespace}.svc.${dns.domain}`]
    return entries
      .filter((h) => h.names.some((n) => names.includes(n)) && !(service.spec.clusterIPs ?? []).includes(h.address))
      .map((h) => ({
        says: `The hosts file of pod ${name} gives ${h.names.filter((n) => names.includes(n)).join(', ')} the address ${h.address}; the Service is at ${service.spec.clusterIP}.`,
        on: `pod ${name}`,
        proof: [evidence.proofLine(path, h.line), evidence.proofAt('api/service.json', 'spec', 'clusterIP')],
        why: 'the hosts file is asked before DNS, in this pod alone; others get the right address',
        fix: [
          "# take the line out of hostAliases in the pod's template (or out of the image's /etc/hosts) and recreate the pod",
        ],
        explains: blameSome(
          cells,
          (cell) => cell.to.kind === 'dns' && cell.from.kind === 'endpoint' && cell.from.pod === name,
        ),
      }))
  },
})
