import { blameSome } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'svc-headless-port-mapping',
  title: 'A headless Service names the port that its pods listen on',
  item: 'service',
  needs: ['service', 'ports', 'cells', 'evidence'],
  applies: ({ service }) => (service.spec.clusterIP === 'None' ? true : 'not a headless Service'),
  run({ service, ports, cells, evidence }) {
    const { name, namespace } = service.metadata
    return ports.flatMap((port, index) => {
      const target = port.targets[0]?.port
      if (target === undefined || port.targets.some((t) => t.port === port.port.port)) return []
      return [
        {
          says: `Service ${namespace}/${name} is headless: its name leads straight to the pods, so port ${port.port.port} is not translated to ${target}, where they listen.`,
          on: `service ${namespace}/${name}`,
          proof: [
            evidence.proofAt('api/service.json', 'spec', 'clusterIP'),
            evidence.proofAt('api/service.json', 'spec', 'ports', index, 'port'),
          ],
          why: `clients that dial port ${port.port.port} are refused by the pod itself; port ${target} answers`,
          fix: [
            `kubectl -n ${namespace} patch service ${name} --type=json -p '[{"op":"replace","path":"/spec/ports/${index}/port","value":${target}}]'`,
            `# clients must dial port ${target}; or give the Service a cluster IP, which translates ports`,
          ],
          explains: blameSome(cells, (cell) => cell.to.kind === 'cluster-ip' && cell.to.port === port.port.port),
        },
      ]
    })
  },
})
