import { blameSome } from '../facts/blame.ts'
import { dialledBy } from '../facts/own-client.ts'
import { recreatePod } from '../facts/pod-fix.ts'
import { check } from './check.ts'

export default check({
  id: 'svc-stale-clusterip',
  title: "The client dials the Service's address of today",
  item: 'service',
  needs: ['ownClient', 'service', 'pods', 'cells', 'evidence'],
  applies: ({ ownClient, service }) =>
    !ownClient
      ? 'no client pod was named (--client pod/NAME)'
      : service.spec.clusterIP && service.spec.clusterIP !== 'None'
        ? true
        : 'the Service has no address of its own',
  run({ ownClient, service, pods, cells, evidence }) {
    const pod = `${ownClient!.object.metadata.namespace}/${ownClient!.object.metadata.name}`
    const { path, named, dialling } = dialledBy(evidence, pod)
    const given = `${service.metadata.name.toUpperCase().replaceAll('-', '_')}_SERVICE_HOST`
    const today = service.spec.clusterIPs ?? [service.spec.clusterIP!]
    return named
      .filter(({ variable, host }) => variable === given && !today.includes(host))
      .map((old) => {
        const seen = dialling.find(({ ip }) => ip === old.host)
        const also = seen ? `, and dials it` : ''
        return {
          says: `Pod ${pod} was given the address ${old.host} for Service ${service.metadata.name} when it started (${given})${also}; the Service is at ${service.spec.clusterIP} now.`,
          on: `pod ${pod}`,
          proof: [
            evidence.proofLine(path, old.line),
            ...(seen ? [evidence.proofLine(path, seen.line)] : []),
            evidence.proofAt('api/service.json', 'spec', 'clusterIP'),
          ],
          why: 'a pod keeps the addresses that it was given at its start; clients that ask DNS, and pods made since, get the new one',
          fix: [recreatePod(pod, pods)],
          permanent: [`# let the program ask for the name ${service.metadata.name} in place of $${given}`],
          explains: seen
            ? blameSome(
                cells,
                ({ to, from }) =>
                  to.variant === 'dialled' && to.ip === old.host && from.kind === 'endpoint' && from.pod === pod,
              )
            : [],
        }
      })
  },
})
