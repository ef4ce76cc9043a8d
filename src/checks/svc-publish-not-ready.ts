import { blameSome, throughService } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { podReady } from '../facts/cluster.ts'
import { selectedPods } from '../facts/selected.ts'
import { check } from './check.ts'

export default check({
  id: 'svc-publish-not-ready',
  title: 'Only ready pods get traffic',
  item: 'service',
  needs: ['service', 'pods', 'endpoints', 'cells', 'evidence'],
  leadsTo: ['ep-readiness-failing', 'ep-ready-but-dead', 'app-not-listening', 'svc-targetport-wrong'],
  applies: ({ service }) => (service.spec.publishNotReadyAddresses ? true : 'publishNotReadyAddresses is not set'),
  run({ service, pods, endpoints, cells, evidence }) {
    const unready = selectedPods(service, pods).filter((p) => !podReady(p.object))
    const addresses = new Set(unready.flatMap((p) => p.object.status?.podIPs?.map((i) => i.ip) ?? []))
    const sent = endpoints.filter((e) => e.ready && addresses.has(e.address))
    const dead = cells.filter(
      (cell) => cell.to.kind === 'endpoint' && addresses.has(cell.to.ip ?? '') && failed(cell) !== 'none',
    )
    if (sent.length === 0 || dead.length === 0) return []
    const { name, namespace } = service.metadata
    return [
      {
        says: `Service ${namespace}/${name} sends traffic to pods that are not ready, because publishNotReadyAddresses is set: ${sent.map((e) => e.pod ?? e.address).join(', ')}.`,
        on: `service ${namespace}/${name}`,
        proof: [evidence.proofAt('api/service.json', 'spec', 'publishNotReadyAddresses'), ...sent.map((e) => e.proof)],
        why: 'the share of connections that is sent to these pods fails, the rest goes through',
        fix: [
          `kubectl -n ${namespace} patch service ${name} --type=merge -p '{"spec":{"publishNotReadyAddresses":false}}'`,
        ],
        explains: blameSome(cells, (cell) => dead.includes(cell) || throughService(cell)),
      },
    ]
  },
})
