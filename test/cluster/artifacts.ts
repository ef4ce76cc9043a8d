import { join } from 'node:path'
import { type GoModuleName, goStage } from './build/go-programs.ts'
import type { LayerSources } from './build/image-layers.ts'
import { imageList, ipvsImageList } from './build/image-list.ts'
import { imageStoreStage } from './build/image-store.ts'
import { ensureGo, ensureMachine } from './build/machine.ts'
import { rootFsStage } from './build/root-fs.ts'
import { ensureStage } from './build/stage.ts'
import { umlDiskStage } from './ipvs/uml-disk.ts'
import { umlStage } from './ipvs/uml-program.ts'

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
  /** User-mode Linux and the disk of a node in it; only if asked for. */
  uml?: { program: string; disk: string }
}

/**
 * Builds whatever of the cluster's programs and images is not in the cache yet (minutes when cold, else a moment).
 * Throws one sentence if root, Go or a Debian package is missing.
 */
export async function ensureArtifacts(
  options: { netpol?: boolean; ipvsNode?: boolean; log?: (line: string) => void } = {},
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
  const flannelCniPath = join(cni, 'flannel')
  const uml = options.ipvsNode ? await ensureUml({ ...sources, flannelCniPath }, log) : undefined
  return {
    kubeDir: kube,
    corednsPath: join(coredns, 'coredns'),
    flannelCniPath,
    imageStore,
    rootFs: rootfs,
    kubectlPath: join(kube, 'plain', 'kubectl'),
    krewPath: join(krew, 'krew'),
    krewValidatorPath: join(krew, 'validate-krew-manifest'),
    ...(uml ? { uml } : {}),
  }
}

async function ensureUml(
  sources: LayerSources & { flannelCniPath: string },
  log: (line: string) => void,
): Promise<{ program: string; disk: string }> {
  const { flannelCniPath, ...layers } = sources
  const uml = await ensureStage(umlStage(), log)
  const images = ipvsImageList({ netpol: layers.netpol !== undefined })
  const imageStore = await ensureStage(await imageStoreStage(images, layers), log)
  const { rootfs, kube } = layers
  const disk = await ensureStage(await umlDiskStage({ rootfs, kube, flannelCniPath, uml, imageStore }), log)
  return { program: join(uml, 'linux.uml'), disk: join(disk, 'disk.img') }
}
