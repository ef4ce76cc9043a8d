import appHangOrBacklogFull from './app-hang-or-backlog-full.ts'
import appIpv4Only from './app-ipv4-only.ts'
import appListensLoopback from './app-listens-loopback.ts'
import appNotListening from './app-not-listening.ts'
import appSourceAllowlist from './app-source-allowlist.ts'
import appTlsVsHttp from './app-tls-vs-http.ts'
import type { Check } from './check.ts'
import clientProxyEnv from './client-proxy-env.ts'
import cpAdvertiseAddressWrong from './cp-advertise-address-wrong.ts'
import cpApiUnreachableFromNode from './cp-api-unreachable-from-node.ts'
import cpEndpointsliceControllerStuck from './cp-endpointslice-controller-stuck.ts'
import cpKcmDownEndpointsFrozen from './cp-kcm-down-endpoints-frozen.ts'
import cpStaleApiserverEndpoint from './cp-stale-apiserver-endpoint.ts'
import dnsClusterDomainMismatch from './dns-cluster-domain-mismatch.ts'
import dnsCorednsApiUnsynced from './dns-coredns-api-unsynced.ts'
import dnsCorednsLoop from './dns-coredns-loop.ts'
import dnsCorednsNoEndpoints from './dns-coredns-no-endpoints.ts'
import dnsCorefileBroken from './dns-corefile-broken.ts'
import dnsCorefileOverride from './dns-corefile-override.ts'
import dnsExtraFallbackNameserver from './dns-extra-fallback-nameserver.ts'
import dnsHeadlessNoReady from './dns-headless-no-ready.ts'
import dnsHostnetworkPolicy from './dns-hostnetwork-policy.ts'
import dnsHostsOverride from './dns-hosts-override.ts'
import dnsKubeletClusterdnsWrong from './dns-kubelet-clusterdns-wrong.ts'
import dnsNegativeCache from './dns-negative-cache.ts'
import dnsNodelocalDown from './dns-nodelocal-down.ts'
import dnsPolicyDefault from './dns-policy-default.ts'
import dnsServiceBroken from './dns-service-broken.ts'
import dnsUdp53Blocked from './dns-udp53-blocked.ts'
import dnsUpstreamDead from './dns-upstream-dead.ts'
import epAllTerminating from './ep-all-terminating.ts'
import epFlapping from './ep-flapping.ts'
import epOrphanSlice from './ep-orphan-slice.ts'
import epPodsNotRunning from './ep-pods-not-running.ts'
import epReadinessFailing from './ep-readiness-failing.ts'
import epReadinessGate from './ep-readiness-gate.ts'
import epReadyButDead from './ep-ready-but-dead.ts'
import epScaledToZero from './ep-scaled-to-zero.ts'
import extipIsNodeIpIptables from './extip-is-node-ip-iptables.ts'
import extipIsNodeIpIpvs from './extip-is-node-ip-ipvs.ts'
import extipNotRouted from './extip-not-routed.ts'
import extnameTargetBad from './extname-target-bad.ts'
import hairpinMasqMissing from './hairpin-masq-missing.ts'
import hairpinVethOff from './hairpin-veth-off.ts'
import ipvsVirtualServerMissing from './ipvs-virtual-server-missing.ts'
import kpConntrackFull from './kp-conntrack-full.ts'
import kpConntrackStaleUdp from './kp-conntrack-stale-udp.ts'
import kpCrashloop from './kp-crashloop.ts'
import kpHostnameMismatch from './kp-hostname-mismatch.ts'
import kpIptablesBackendMix from './kp-iptables-backend-mix.ts'
import kpJumpMissingOutput from './kp-jump-missing-output.ts'
import kpJumpMissingPrerouting from './kp-jump-missing-prerouting.ts'
import kpLbCountMismatch from './kp-lb-count-mismatch.ts'
import kpModeLeftovers from './kp-mode-leftovers.ts'
import kpModeUnsupported from './kp-mode-unsupported.ts'
import kpNatFlushed from './kp-nat-flushed.ts'
import kpNftTableDeleted from './kp-nft-table-deleted.ts'
import kpNotRunning from './kp-not-running.ts'
import kpNotSyncedSinceStart from './kp-not-synced-since-start.ts'
import kpPostroutingMissing from './kp-postrouting-missing.ts'
import kpRestoreFailing from './kp-restore-failing.ts'
import kpSepWrongDnat from './kp-sep-wrong-dnat.ts'
import kpStaleWatch from './kp-stale-watch.ts'
import kpStoppedRulesRemain from './kp-stopped-rules-remain.ts'
import kpSvcChainEmpty from './kp-svc-chain-empty.ts'
import kpSvcEntryMissing from './kp-svc-entry-missing.ts'
import lbPending from './lb-pending.ts'
import lbSourceRanges from './lb-source-ranges.ts'
import netpolDnsEgressBlocked from './netpol-dns-egress-blocked.ts'
import netpolEgressDenied from './netpol-egress-denied.ts'
import netpolIngressDenied from './netpol-ingress-denied.ts'
import npAddressesFilter from './np-addresses-filter.ts'
import npEtpLocalNoLocal from './np-etp-local-no-local.ts'
import npExternalFirewall from './np-external-firewall.ts'
import npHostFirewall from './np-host-firewall.ts'
import svcClientWrongPort from './svc-client-wrong-port.ts'
import svcHeadlessPortMapping from './svc-headless-port-mapping.ts'
import svcInternalPolicyLocal from './svc-internal-policy-local.ts'
import svcIpfamilyMismatch from './svc-ipfamily-mismatch.ts'
import svcManualSliceBroken from './svc-manual-slice-broken.ts'
import svcOnePortOfMany from './svc-one-port-of-many.ts'
import svcProtocolMismatch from './svc-protocol-mismatch.ts'
import svcPublishNotReady from './svc-publish-not-ready.ts'
import svcSelectorMismatch from './svc-selector-mismatch.ts'
import svcSelectorTooBroad from './svc-selector-too-broad.ts'
import svcServiceProxyNameLabel from './svc-service-proxy-name-label.ts'
import svcStaleClusterip from './svc-stale-clusterip.ts'
import svcTargetportNamedMissing from './svc-targetport-named-missing.ts'
import svcTargetportWrong from './svc-targetport-wrong.ts'
import ulBridgeNfOff from './ul-bridge-nf-off.ts'
import ulCniAgentNotReady from './ul-cni-agent-not-ready.ts'
import ulCniNicNameAbsent from './ul-cni-nic-name-absent.ts'
import ulCniWrongNic from './ul-cni-wrong-nic.ts'
import ulCni0AddrMismatch from './ul-cni0-addr-mismatch.ts'
import ulCni0Down from './ul-cni0-down.ts'
import ulDuplicateNodeIp from './ul-duplicate-node-ip.ts'
import ulFirewalldForwardReject from './ul-firewalld-forward-reject.ts'
import ulFlannelDevDown from './ul-flannel-dev-down.ts'
import ulForeignTableDrop from './ul-foreign-table-drop.ts'
import ulForwardPolicyDrop from './ul-forward-policy-drop.ts'
import ulInputDropHostnetwork from './ul-input-drop-hostnetwork.ts'
import ulIpForwardOff from './ul-ip-forward-off.ts'
import ulLineInTheWay from './ul-line-in-the-way.ts'
import ulMtuBlackhole from './ul-mtu-blackhole.ts'
import ulNodeDownOrPartition from './ul-node-down-or-partition.ts'
import ulNodeReregistered from './ul-node-reregistered.ts'
import ulOverlayExternalFirewall from './ul-overlay-external-firewall.ts'
import ulOverlayPortOrVniMismatch from './ul-overlay-port-or-vni-mismatch.ts'
import ulOverlayTcpInsteadOfUdp from './ul-overlay-tcp-instead-of-udp.ts'
import ulOverlayUdpBlocked from './ul-overlay-udp-blocked.ts'
import ulPodNoDefaultRoute from './ul-pod-no-default-route.ts'
import ulPodRouteMissing from './ul-pod-route-missing.ts'
import ulPodcidrMissingOrDuplicate from './ul-podcidr-missing-or-duplicate.ts'
import ulQdiscDrops from './ul-qdisc-drops.ts'
import ulRpFilter from './ul-rp-filter.ts'
import ulServiceCidrRouteTrap from './ul-service-cidr-route-trap.ts'
import ulSourceAddress from './ul-source-address.ts'
import ulVethDetached from './ul-veth-detached.ts'
import ulVtepFdbOrNeighWrong from './ul-vtep-fdb-or-neigh-wrong.ts'

/** Every check, in the order in which a name and then a packet meets what it looks at; ties between causes follow it. */
export const checks = [
  dnsCorednsLoop,
  dnsCorefileBroken,
  dnsCorefileOverride,
  dnsCorednsApiUnsynced,
  dnsCorednsNoEndpoints,
  dnsServiceBroken,
  dnsKubeletClusterdnsWrong,
  dnsNodelocalDown,
  dnsPolicyDefault,
  dnsHostnetworkPolicy,
  dnsHostsOverride,
  dnsClusterDomainMismatch,
  dnsNegativeCache,
  dnsHeadlessNoReady,
  dnsExtraFallbackNameserver,
  dnsUpstreamDead,
  svcClientWrongPort,
  svcStaleClusterip,
  svcSelectorMismatch,
  epScaledToZero,
  svcTargetportNamedMissing,
  svcIpfamilyMismatch,
  svcManualSliceBroken,
  svcServiceProxyNameLabel,
  svcHeadlessPortMapping,
  svcInternalPolicyLocal,
  svcPublishNotReady,
  epPodsNotRunning,
  epReadinessGate,
  epFlapping,
  epReadinessFailing,
  epAllTerminating,
  epOrphanSlice,
  cpAdvertiseAddressWrong,
  cpStaleApiserverEndpoint,
  cpKcmDownEndpointsFrozen,
  cpEndpointsliceControllerStuck,
  svcSelectorTooBroad,
  svcProtocolMismatch,
  svcTargetportWrong,
  svcOnePortOfMany,
  appListensLoopback,
  appIpv4Only,
  appNotListening,
  appHangOrBacklogFull,
  appTlsVsHttp,
  appSourceAllowlist,
  epReadyButDead,
  kpModeUnsupported,
  kpCrashloop,
  kpNotRunning,
  kpNotSyncedSinceStart,
  kpRestoreFailing,
  kpStaleWatch,
  kpStoppedRulesRemain,
  kpModeLeftovers,
  kpHostnameMismatch,
  kpNftTableDeleted,
  kpNatFlushed,
  kpJumpMissingPrerouting,
  kpJumpMissingOutput,
  kpPostroutingMissing,
  kpSvcEntryMissing,
  kpSvcChainEmpty,
  kpSepWrongDnat,
  kpLbCountMismatch,
  kpIptablesBackendMix,
  ipvsVirtualServerMissing,
  kpConntrackFull,
  kpConntrackStaleUdp,
  ulPodNoDefaultRoute,
  ulDuplicateNodeIp,
  ulServiceCidrRouteTrap,
  ulSourceAddress,
  ulIpForwardOff,
  ulBridgeNfOff,
  ulRpFilter,
  ulVethDetached,
  ulCni0AddrMismatch,
  ulPodcidrMissingOrDuplicate,
  ulCniNicNameAbsent,
  ulCniWrongNic,
  ulCniAgentNotReady,
  ulNodeReregistered,
  ulCni0Down,
  ulFlannelDevDown,
  ulPodRouteMissing,
  ulVtepFdbOrNeighWrong,
  ulOverlayPortOrVniMismatch,
  ulOverlayTcpInsteadOfUdp,
  ulOverlayUdpBlocked,
  ulQdiscDrops,
  ulMtuBlackhole,
  ulNodeDownOrPartition,
  ulOverlayExternalFirewall,
  ulForwardPolicyDrop,
  ulFirewalldForwardReject,
  ulForeignTableDrop,
  ulInputDropHostnetwork,
  cpApiUnreachableFromNode,
  dnsUdp53Blocked,
  netpolEgressDenied,
  netpolDnsEgressBlocked,
  netpolIngressDenied,
  hairpinVethOff,
  hairpinMasqMissing,
  npHostFirewall,
  npExternalFirewall,
  npAddressesFilter,
  npEtpLocalNoLocal,
  extipIsNodeIpIptables,
  extipIsNodeIpIpvs,
  extipNotRouted,
  lbPending,
  lbSourceRanges,
  clientProxyEnv,
  extnameTargetBad,
  ulLineInTheWay,
] as unknown as readonly Check[]
