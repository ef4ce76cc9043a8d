import { blameSome } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'dns-headless-no-ready',
  title: 'A headless Service has ready endpoints to name',
  item: 'name',
  needs: ['service', 'endpoints', 'cells', 'evidence'],
  applies: ({ service }) => (service.spec.clusterIP === 'None' ? true : 'not a headless Service'),
  run({ service, endpoints, cells, evidence }) {
    if (endpoints.some((e) => e.ready)) return []
    const { name, namespace } = service.metadata
    return [
      {
        says: `Headless Service ${namespace}/${name} has no ready endpoint, so its name does not exist in DNS.`,
        on: `service ${namespace}/${name}`,
        proof: [
          evidence.proofAt('api/service.json', 'spec', 'clusterIP'),
          ...endpoints.slice(0, 2).map((e) => e.proof),
        ],
        why: 'CoreDNS answers a headless name with the addresses of ready endpoints; with none it says NXDOMAIN',
        fix: ['# make the pods ready; peers that must find each other earlier need publishNotReadyAddresses: true'],
        explains: blameSome(cells, (cell) => cell.to.kind === 'dns'),
      },
    ]
  },
})
