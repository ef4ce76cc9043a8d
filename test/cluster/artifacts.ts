import { join } from 'node:path'
import { type GoModuleName, goStage } from './build/go-programs.ts'
import { imageList } from './build/image-list.ts'
import { imageStoreStage } from './build/image-store.ts'
import { ensureGo, ensureMachine } from './build/machine.ts'
import { rootFsStage } from './build/root-fs.ts'
import { ensureStage } from './build/stage.ts'

/** Absolute paths of everything that is built once and kept in the cache directory. */
export type Artifacts = {
  /** kube and its links: kubeadm, kubelet, kubectl and the rest as one multi-call binary. */
  kubeDir: string
  corednsPath: string
  flannelCniPath: string
  /** containerd's root directory with all images unpacked. */
  imageStore: string
  /** The Debian tree below the tool images. */
  rootFs: string
  /** A plain kubectl, as users have it. */
  kubectlPath: string
  krewPath: string
  krewValidatorPath: string
}

/**
 * Builds whatever of the cluster's programs and images is not in the cache yet (minutes when cold, else a moment).
 * Throws one sentence if root, Go or a Debian package is missing.
 */
export async function ensureArtifacts(
  options: { netpol?: boolean; log?: (line: string) => void } = {},
): Promise<Artifacts> {
  const log = options.log ?? (() => {})
  await ensureMachine(log)
  const goVersion = await ensureGo()
  const go = async (name: GoModuleName): Promise<string> => ensureStage(await goStage(name, goVersion), log)
  // One after the other: each Go build keeps all cores busy by itself.
  const kube = await go('kube')
  const coredns = await go('coredns')
  const flannel = await go('flannel')
  const cni = await go('cni')
  const pause = await go('pause')
  const krew = await go('krew')
  const netpol = options.netpol ? await go('netpol') : undefined
  const rootfs = await ensureStage(rootFsStage(), log)
  const sources = { rootfs, kube, coredns, flannel, cni, pause, netpol }
  const images = imageList({ netpol: options.netpol ?? false })
  const imageStore = await ensureStage(await imageStoreStage(images, sources), log)
  return {
    kubeDir: kube,
    corednsPath: join(coredns, 'coredns'),
    flannelCniPath: join(cni, 'flannel'),
    imageStore,
    rootFs: rootfs,
    kubectlPath: join(kube, 'plain', 'kubectl'),
    krewPath: join(krew, 'krew'),
    krewValidatorPath: join(krew, 'validate-krew-manifest'),
  }
}
