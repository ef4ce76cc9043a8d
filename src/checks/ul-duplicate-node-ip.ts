import { guiltOf } from '../facts/guilt.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-duplicate-node-ip',
  title: 'No node has the address of another one',
  item: 'node',
  needs: ['world', 'nodes', 'cells', 'courses', 'evidence'],
  leadsTo: ['ul-vtep-fdb-or-neigh-wrong', 'ul-overlay-external-firewall', 'kp-not-running'],
  run({ world, nodes, cells, courses, evidence }) {
    return [...world.nodes.values()].flatMap((state) => {
      if ('missing' in state.addresses) return []
      const { value: own, path } = state.addresses
      return nodes
        .filter((other) => other.name !== state.name)
        .flatMap((other) => {
          // IPVS mode puts external addresses on a device of its own, which is another fault
          const taken = own.find((a) => other.internalIps.includes(a.address) && a.dev !== 'kube-ipvs0')
          if (!taken) return []
          const change = {
            change: 'delete-address' as const,
            node: state.name,
            dev: taken.dev,
            address: taken.address,
          }
          return [
            {
              says: `${state.name} has ${taken.address}, the address of ${other.name}, on its own ${taken.dev}: what it sends to ${other.name} stays at home.`,
              on: state.name,
              proof: [
                evidence.proofLine(path, taken.line),
                evidence.proofAt('api/nodes.json', 'items', other.index, 'status', 'addresses'),
              ],
              why: `${other.name} itself and the pods there are not reached from ${state.name}; other nodes reach whichever of the two answered their ARP last`,
              fix: [`# on ${state.name}:`, `ip address del ${taken.address}/${taken.prefixLength} dev ${taken.dev}`],
              permanent: [
                `# take the address out of the configuration of ${state.name} (netplan, NetworkManager, ifcfg, cloud-init)`,
              ],
              explains: guiltOf({ world, cells, courses }, change),
              change,
            },
          ]
        })
    })
  },
})
