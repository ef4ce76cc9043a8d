import { readFile, writeFile } from 'node:fs/promises'
import type { CommandResult } from './command.ts'
import { addIpvsProxy } from './ipvs/ipvs-proxy.ts'
import type { Lab } from './lab.ts'
import { labFiles } from './lab-files.ts'
import { API_PORT_IN_LAB, nodeIp } from './lab-plan.ts'
import { flannelManifest } from './manifests/flannel-manifest.ts'
import { JOIN_TOKEN, kubeadmConfig } from './manifests/kubeadm-config.ts'
import { networkPoliciesManifest } from './manifests/network-policies-manifest.ts'
import { nodeManifest } from './manifests/node-manifest.ts'

/** It takes seconds on an idle machine; but a machine may be busy. */
const INIT_TIMEOUT = 540_000

/**
 * Makes a Kubernetes cluster of started nodes: `kubeadm init` on n0, flannel, `kubeadm join` on the others, all at
 * once. Writes the administrator's kubeconfig for the loopback port. Throws with kubeadm's last lines.
 */
export async function bootstrapCluster(lab: Lab, apiPort: number, log: (line: string) => void): Promise<void> {
  await onNode(lab, 'n0', 'cat > /etc/kubernetes/kubeadm.yaml', kubeadmConfig(lab.options))
  const init = 'kubeadm init --config /etc/kubernetes/kubeadm.yaml --ignore-preflight-errors=all --skip-token-print'
  await onNode(lab, 'n0', `${init} 2>&1 | tee /var/log/kubeadm.log; exit \${PIPESTATUS[0]}`)
  const adminConf = (await onNode(lab, 'n0', 'cat /etc/kubernetes/admin.conf')).stdout
  await writeFile(lab.kubeconfig, loopbackKubeconfig(adminConf, apiPort), { mode: 0o600 })
  log('control plane initialised')
  const workers = [...lab.nodes.slice(1), ...(lab.ipvsNode ? [lab.ipvsNode] : [])]
  if (lab.ipvsNode) await addIpvsProxy(lab, lab.ipvsNode)
  await apply(lab, await flannelManifest(lab.options))
  if (lab.options.netpol) await apply(lab, await networkPoliciesManifest(lab.options))
  if (workers.length > 0) await apply(lab, workers.map((node) => nodeManifest(node, lab.options)).join('---\n'))
  await Promise.all(workers.map((node) => joinNode(lab, node)))
  log('nodes joined')
}

async function apply(lab: Lab, manifest: string): Promise<void> {
  const result = await lab.kubectl(['apply', '-f', '-'], { input: manifest })
  if (result.exitCode !== 0) throw new Error(`Applying a manifest: ${result.stderr.trim()}`)
}

/** Joins one started node to the lab's cluster. */
async function joinNode(lab: Lab, node: string): Promise<void> {
  const join = [
    `kubeadm join ${nodeIp('n0')}:${API_PORT_IN_LAB} --token ${JOIN_TOKEN} --node-name ${node}`,
    '--discovery-token-unsafe-skip-ca-verification --ignore-preflight-errors=all',
  ].join(' ')
  await onNode(lab, node, `${join} 2>&1 | tee /var/log/kubeadm.log; exit \${PIPESTATUS[0]}`)
}

/** Points kubeadm's own kubeconfig at the loopback port (pure). */
export function loopbackKubeconfig(adminConf: string, port: number): string {
  return adminConf.replace(/^(\s*server:).*$/m, `$1 https://127.0.0.1:${port}`)
}

async function onNode(lab: Lab, node: string, command: string, input?: string): Promise<CommandResult> {
  const result = await lab.node(node, command, { timeout: INIT_TIMEOUT, input })
  if (result.exitCode === 0) return result
  const said = `${result.stdout}${result.stderr}`.trim().split('\n').slice(-12).join('\n  ')
  const kubelet = await readFile(`${labFiles(lab.name).node(node)}/var/log/kubelet.log`, 'utf8').catch(() => '')
  const last = kubelet.trim().split('\n').slice(-3).join('\n  ')
  throw new Error(`${node}: \`${command.split(' ').slice(0, 2).join(' ')}\` failed:\n  ${said}\nkubelet:\n  ${last}`)
}
