import { blameSome, throughService } from '../facts/blame.ts'
import { selectedPods } from '../facts/selected.ts'
import { check } from './check.ts'

export default check({
  id: 'svc-ipfamily-mismatch',
  title: 'The pods have addresses of each IP family of the Service',
  item: 'service',
  needs: ['service', 'pods', 'endpoints', 'cells', 'evidence'],
  run({ service, pods, endpoints, cells, evidence }) {
    const { name, namespace } = service.metadata
    const selected = selectedPods(service, pods)
    return (service.spec.ipFamilies ?? []).flatMap((family, index) => {
      const is = (ip: string) => ip.includes(':') === (family === 'IPv6')
      const have = selected.some((p) => p.object.status?.podIPs?.some(({ ip }) => is(ip)))
      if (selected.length === 0 || have || endpoints.some((e) => e.addressType === family)) return []
      if (!selected.some((p) => (p.object.status?.podIPs ?? []).length > 0)) return []
      return [
        {
          says: `Service ${namespace}/${name} is ${family}, but its pods have no ${family} address, so it has no ${family} endpoints.`,
          on: `service ${namespace}/${name}`,
          proof: [evidence.proofAt('api/service.json', 'spec', 'ipFamilies', index), selected[0]!.proof],
          why: `connections to the ${family} address are refused from everywhere`,
          fix: [
            `# give the Service the family its pods have (spec.ipFamilies; the first one cannot be changed: recreate the Service), or run dual-stack pods`,
          ],
          explains: blameSome(cells, (cell) => throughService(cell) && is(cell.to.ip ?? '')),
        },
      ]
    })
  },
})
