import { cp, mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { mustRun } from '../command.ts'
import { VERSIONS } from '../versions.ts'
import type { Stage } from './stage.ts'

/** One Go module below `go/`, and what is built from it: file name → package. */
type GoModule = { module: string; cgo?: boolean; ldflags?: string; programs: Readonly<Record<string, string>> }

const [major, minor] = VERSIONS.kubernetes.split('.')
const KUBE_VERSION_FLAGS = [
  `k8s.io/component-base/version.gitVersion=v${VERSIONS.kubernetes}`,
  `k8s.io/component-base/version.gitMajor=${major}`,
  `k8s.io/component-base/version.gitMinor=${minor}`,
  'k8s.io/component-base/version.gitTreeState=clean',
  `k8s.io/client-go/pkg/version.gitVersion=v${VERSIONS.kubernetes}`,
].map((setting) => `-X ${setting}`)

const MODULES = {
  // kube is one multi-call binary: kubeadm takes v0.0.0 for its version unless told otherwise by the linker.
  kube: {
    module: 'kube',
    ldflags: KUBE_VERSION_FLAGS.join(' '),
    programs: {
      kube: './cmd/kube',
      agnhost: 'k8s.io/kubernetes/test/images/agnhost',
      'plain/kubectl': 'k8s.io/kubernetes/cmd/kubectl',
    },
  },
  coredns: { module: 'coredns', programs: { coredns: 'github.com/coredns/coredns' } },
  flannel: { module: 'flannel', cgo: true, programs: { flanneld: 'github.com/flannel-io/flannel' } },
  cni: { module: 'cni', programs: { flannel: 'github.com/containernetworking/plugins/plugins/meta/flannel' } },
  pause: { module: 'pause', programs: { pause: '.' } },
  krew: {
    module: 'krew',
    programs: {
      krew: 'sigs.k8s.io/krew/cmd/krew',
      'validate-krew-manifest': 'sigs.k8s.io/krew/cmd/validate-krew-manifest',
    },
  },
  netpol: {
    module: 'netpol',
    programs: { netpol: 'sigs.k8s.io/kube-network-policies/cmd/kube-network-policies/standard' },
  },
} satisfies Record<string, GoModule>

export type GoModuleName = keyof typeof MODULES

/** The names under which the multi-call binary `kube` acts; each becomes a link beside it. */
export const KUBE_NAMES = [
  'kubeadm',
  'kubelet',
  'kubectl',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'etcd',
] as const

const GO_DIR = join(import.meta.dirname, '..', 'go')
/** A cold build of Kubernetes takes four minutes on two idle cores; a busy machine may need several times that. */
const BUILD_TIMEOUT = 45 * 60_000

/** The build stage of one Go module: its directory then holds the programs (and for kube the links to it). */
export async function goStage(name: GoModuleName, goVersion: string): Promise<Stage> {
  const module: GoModule = MODULES[name]
  const source = join(GO_DIR, module.module)
  return {
    name: `go-${name}`,
    inputs: { ...(await sourcesOf(source)), recipe: JSON.stringify([module, KUBE_NAMES]), go: goVersion },
    build: async (dir) => {
      // Built from a copy, since Go may want to touch go.sum and the work tree must stay as it is.
      const work = `${dir}.src`
      await rm(work, { recursive: true, force: true })
      await cp(source, work, { recursive: true })
      for (const [file, pkg] of Object.entries(module.programs)) {
        const ldflags = ['-s -w', file === 'agnhost' ? '' : (module.ldflags ?? '')].join(' ').trim()
        const target = join(dir, file)
        await mkdir(dirname(target), { recursive: true })
        await mustRun(`Building ${file}`, 'go', ['build', '-trimpath', '-ldflags', ldflags, '-o', target, pkg], {
          cwd: work,
          timeout: BUILD_TIMEOUT,
          env: { CGO_ENABLED: module.cgo ? '1' : '0', GOFLAGS: '-buildvcs=false' },
        })
      }
      await rm(work, { recursive: true })
      if (name === 'kube') await Promise.all(KUBE_NAMES.map((link) => symlink('kube', join(dir, link))))
    },
  }
}

async function sourcesOf(dir: string): Promise<Record<string, Uint8Array>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const pairs = await Promise.all(files.map(async (file) => [file.slice(dir.length), await readFile(file)] as const))
  return Object.fromEntries(pairs)
}
