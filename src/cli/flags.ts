import * as Flags from '@oclif/core/flags'

const text = (helpGroup: string, helpValue: string, description: string, char?: 'n' | 's' | 'o' | 'v') =>
  Flags.string({ helpGroup, helpValue, description, ...(char ? { char } : {}) })
const list = (helpGroup: string, helpValue: string, description: string) =>
  Flags.string({ helpGroup, helpValue, description, multiple: true, multipleNonGreedy: true })
const yesNo = (helpGroup: string, description: string, char?: 'h' | 'y') =>
  Flags.boolean({ helpGroup, description, ...(char ? { char } : {}) })

const look = 'What to look at'
const pods = 'Debug pods'
const out = 'Output'
const connection = 'Connection, as in kubectl'

/** Every flag of the command, in the order of the help text. The command line is normalised to these names before oclif sees it. */
export const flags = {
  client: text(
    look,
    'pod/NAME',
    'probe from the node of this pod, which cannot reach the Service, and read its resolver settings',
  ),
  'from-node': list(look, 'NODE', 'probe from this node only; may be repeated'),
  trace: text(
    look,
    "'FROM TO[:PORT]'",
    'print the way of one packet through the nodes instead of a report; FROM is a node or a pod',
  ),
  from: text(look, 'PATH', 'judge a saved run (directory or .tgz) instead of a cluster'),
  save: text(look, 'PATH', 'keep everything that was read: in a directory, or in one file if PATH ends in .tgz'),

  'node-probes': text(
    pods,
    'ask|always|never',
    'whether host-network pods with NET_ADMIN and NET_RAW may read the state of suspect nodes (default ask)',
  ),
  yes: yesNo(pods, 'answer yes where --node-probes=ask would ask', 'y'),
  plan: yesNo(pods, 'print what would be read, run and created, and create nothing'),
  cleanup: yesNo(pods, 'remove debug pods that earlier runs left behind, then end'),
  'client-image': text(pods, 'IMAGE', 'image of pod-network debug pods'),
  'node-image': text(pods, 'IMAGE', 'image of host-network debug pods'),
  'image-registry': text(pods, 'HOST[/PATH]', 'take both images from this registry'),
  'image-pull-secret': text(pods, 'NAME', 'secret for pulling them'),
  'debug-namespace': text(pods, 'NAMESPACE', 'where debug pods are created (default: the namespace of the Service)'),
  'pod-timeout': text(pods, 'DURATION', 'how long a debug pod may take to start (default 30s)'),
  timeout: text(pods, 'DURATION', 'how long the whole run may take (default 3m)'),

  output: text(out, 'wide|json|yaml', 'wide shows every probe by itself; json and yaml print one document', 'o'),
  'no-color': yesNo(out, 'no colours; NO_COLOR and TERM=dumb do the same'),
  ascii: yesNo(out, 'only ASCII signs'),
  'no-input': yesNo(out, 'never ask anything'),
  v: text(out, 'LEVEL', '4 shows decisions, 6 each request, 8 headers (on stderr)', 'v'),
  help: yesNo(out, 'show this text', 'h'),
  version: yesNo(out, 'show the version'),

  namespace: text(connection, 'NAMESPACE', 'namespace of the Service', 'n'),
  kubeconfig: text(connection, 'PATH', 'use only this kubeconfig file'),
  context: text(connection, 'NAME', 'context of the kubeconfig'),
  cluster: text(connection, 'NAME', 'cluster of the kubeconfig'),
  user: text(connection, 'NAME', 'user of the kubeconfig'),
  server: text(connection, 'URL', 'address of the API server', 's'),
  'tls-server-name': text(connection, 'NAME', 'name that the server certificate must carry'),
  'insecure-skip-tls-verify': yesNo(connection, 'do not verify the server certificate'),
  'certificate-authority': text(connection, 'PATH', 'certificate that signed the server certificate'),
  'client-certificate': text(connection, 'PATH', 'client certificate'),
  'client-key': text(connection, 'PATH', 'client key'),
  token: text(connection, 'TOKEN', 'bearer token'),
  as: text(connection, 'USER', 'act as this user'),
  'as-uid': text(connection, 'UID', 'act with this UID'),
  'as-group': list(connection, 'GROUP', 'act as a member of this group; may be repeated'),
  'as-user-extra': list(connection, 'KEY=VALUE', 'act with this extra value; may be repeated'),
  'request-timeout': text(connection, 'DURATION', 'how long one request to the API server may take'),
}
