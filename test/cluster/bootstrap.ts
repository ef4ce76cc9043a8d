import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CommandResult } from './command.ts'
import { addIpvsProxy } from './ipvs/ipvs-proxy.ts'
import type { Lab } from './lab.ts'
import { labFiles } from './lab-files.ts'
import { API_PORT_IN_LAB, nodeIp } from './lab-plan.ts'
import { flannelManifest } from './manifests/flannel-manifest.ts'
import { JOIN_TOKEN, kubeadmConfig } from './manifests/kubeadm-config.ts'
import { networkPoliciesManifest } from './manifests/network-policies-manifest.ts'
import { nodeManifest } from './manifests/node-manifest.ts'
import { nodesOfCoreDns } from './reset/coredns-place.ts'

/** It takes seconds on an idle machine; but a machine may be busy. */
const INIT_TIMEOUT = 540_000
const RULES_TIMEOUT = 240_000

/**
 * Makes a Kubernetes cluster of started nodes: `kubeadm init` on n0, `kubeadm join` on the others, then flannel.
 * Writes the administrator's kubeconfig for the loopback port. Throws with kubeadm's last lines.
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
  if (workers.length > 0) await apply(lab, workers.map((node) => nodeManifest(node, lab.options)).join('---\n'))
  await Promise.all(workers.map((node) => joinNode(lab, node)))
  log('nodes joined')
  await Promise.all(lab.nodes.map((node) => waitForServiceRules(lab, node)))
  await apply(lab, await flannelManifest(lab.options))
  if (lab.options.netpol) await apply(lab, await networkPoliciesManifest(lab.options))
  await openWorkers(lab, workers)
}

/**
 * Waits for kube-proxy's first sync. A flannel that starts before it never gets through to the API server: the first
 * packet of its connection fixes the untranslated address in conntrack.
 */
async function waitForServiceRules(lab: Lab, node: string): Promise<void> {
  const check = "iptables-save | grep -q ' 10.96.0.1/32' || nft list ruleset | grep -q '10.96.0.1 . tcp'"
  for (const end = Date.now() + RULES_TIMEOUT; Date.now() < end; await sleep(500)) {
    if ((await lab.node(node, `{ ${check}; } 2> /dev/null`, { timeout: 10_000 })).exitCode === 0) return
  }
  throw new Error(`${node}: kube-proxy has written no rules ${RULES_TIMEOUT / 1000} s after the node joined.`)
}

/** Lets workers take pods once CoreDNS has its place on n0, so that the same nodes hold it in every lab. */
async function openWorkers(lab: Lab, workers: readonly string[]): Promise<void> {
  for (const end = Date.now() + RULES_TIMEOUT; Date.now() < end; await sleep(500)) {
    const placed = await nodesOfCoreDns(lab)
    if (placed.length > 0 && placed.every((node) => node === 'n0')) break
  }
  if (workers.length > 0) await lab.kubectl(['uncordon', ...workers])
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
