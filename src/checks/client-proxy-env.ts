import { blameSome } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'client-proxy-env',
  title: "The client does not send the Service's requests to a proxy",
  item: 'service',
  needs: ['ownClient', 'service', 'cells', 'evidence'],
  applies: ({ ownClient }) => (ownClient ? true : 'no client pod was named (--client pod/NAME)'),
  run({ ownClient, service, cells, evidence }) {
    const { object, path, index } = ownClient!
    const name = `${object.metadata.namespace}/${object.metadata.name}`
    const { name: own, namespace } = service.metadata
    return object.spec.containers.flatMap((container, c) => {
      const env = container.env ?? []
      const proxy = env.findIndex((e) => /^https?_proxy$/i.test(e.name) && e.value)
      const no = (env.find((e) => /^no_proxy$/i.test(e.name))?.value ?? '').split(',').map((x) => x.trim())
      if (proxy < 0) return []
      const dialled = `${own}.${namespace}.svc.cluster.local`
      const spared = (host: string) =>
        no.some((n) => n === '*' || n === host || (n !== '' && host.endsWith(n.startsWith('.') ? n : `.${n}`)))
      if (spared(dialled) && spared(own)) return []
      return [
        {
          says: `Pod ${name} sends HTTP requests to the proxy ${env[proxy]!.value} (${env[proxy]!.name}), and its NO_PROXY does not except ${spared(dialled) ? `the short name ${own}` : 'the cluster'}.`,
          on: `pod ${name}`,
          proof: [evidence.proofAt(path, 'items', index, 'spec', 'containers', c, 'env', proxy, 'name')],
          why: 'programs that honour these variables never ask the Service themselves; connections without them go through',
          fix: [`# add to NO_PROXY (and no_proxy) of the pod's template: .svc,.cluster.local,${own},<Service CIDR>`],
          explains: blameSome(
            cells,
            (cell) => cell.to.variant === 'proxied' && cell.from.kind === 'endpoint' && cell.from.pod === name,
          ),
        },
      ]
    })
  },
})
