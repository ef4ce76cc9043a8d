import { VERSIONS } from '../versions.ts'

/** A file system layer by name; `image-layers.ts` knows what is in each. */
export type LayerName =
  | 'tools'
  | 'busybox'
  | 'agnhost-trim'
  | 'kube'
  | 'pause'
  | 'coredns'
  | 'flannel'
  | 'agnhost'
  | 'netpol'
  | 'legacy'

export type ImageSpec = { name: string; layers: LayerName[]; entrypoint?: string[]; cmd?: string[] }

/**
 * The images of the cluster under the names that kubeadm, flannel's manifest and users of the debug images expect.
 * In the debug images the small commands and `/bin/sh` are busybox, as in the Alpine-based originals.
 */
export function imageList(options: { netpol: boolean }): ImageSpec[] {
  const kubernetes = `v${VERSIONS.kubernetes}`
  const images: ImageSpec[] = [
    { name: `registry.k8s.io/kube-apiserver:${kubernetes}`, layers: ['kube'] },
    { name: `registry.k8s.io/kube-controller-manager:${kubernetes}`, layers: ['kube'] },
    { name: `registry.k8s.io/kube-scheduler:${kubernetes}`, layers: ['kube'] },
    { name: `registry.k8s.io/etcd:${VERSIONS.etcdImage}`, layers: ['kube'] },
    { name: `registry.k8s.io/kube-proxy:${kubernetes}`, layers: ['tools', 'kube'] },
    {
      name: `registry.k8s.io/coredns/coredns:v${VERSIONS.corednsImage}`,
      layers: ['coredns'],
      entrypoint: ['/coredns'],
    },
    { name: PAUSE_IMAGE, layers: ['pause'], entrypoint: ['/pause'] },
    { name: FLANNEL_IMAGE, layers: ['tools', 'flannel'], entrypoint: ['/opt/bin/flanneld'] },
    {
      name: AGNHOST_IMAGE,
      layers: ['tools', 'busybox', 'agnhost-trim', 'agnhost'],
      entrypoint: ['/agnhost'],
      cmd: ['pause'],
    },
    { name: NETSHOOT_IMAGE, layers: ['tools', 'busybox'], cmd: ['/bin/bash'] },
  ]
  if (options.netpol) images.push({ name: NETWORK_POLICIES_IMAGE, layers: ['tools', 'netpol'] })
  return images
}

/**
 * The images a node in User-mode Linux needs: no control plane, and iptables of the legacy kind wherever there is one,
 * since that kernel's nf_tables has no IP families.
 */
export function ipvsImageList(options: { netpol: boolean }): ImageSpec[] {
  return imageList(options)
    .filter((image) => !/kube-(apiserver|controller-manager|scheduler)|etcd/.test(image.name))
    .map((image) => (image.layers[0] === 'tools' ? { ...image, layers: [...image.layers, 'legacy'] } : image))
}

export const PAUSE_IMAGE = `registry.k8s.io/pause:${VERSIONS.pauseImage}`
export const FLANNEL_IMAGE = `ghcr.io/flannel-io/flannel:v${VERSIONS.flannel}`
export const AGNHOST_IMAGE = `registry.k8s.io/e2e-test-images/agnhost:${VERSIONS.agnhostImage}`
export const NETSHOOT_IMAGE = `docker.io/nicolaka/netshoot:v${VERSIONS.netshootImage}`
export const NETWORK_POLICIES_IMAGE = `registry.k8s.io/networking/kube-network-policies:v${VERSIONS.networkPolicies}`
