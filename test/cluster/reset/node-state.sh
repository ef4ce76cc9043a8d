#!/bin/bash
# Prints what can be broken inside a node, as sections that start with a line `@@ name`. Run by reset in a node.
export LC_ALL=C
echo '@@ sysctl'
cd /proc/sys/net || exit 1
for file in ipv4/ip_forward ipv4/conf/{all,default,eth0,eth1,cni0,flannel.1}/{rp_filter,forwarding,arp_ignore,arp_announce} \
  ipv4/conf/{all,default}/{route_localnet,accept_local,src_valid_mark} ipv4/icmp_ratelimit ipv4/ip_local_port_range \
  ipv4/icmp_echo_ignore_all ipv4/tcp_mtu_probing bridge/bridge-nf-call-{ip,ip6,arp}tables \
  netfilter/nf_conntrack_{max,tcp_be_liberal,udp_timeout,udp_timeout_stream,tcp_timeout_established} \
  ipv4/neigh/default/gc_thresh{1,2,3} ipv6/conf/{all,default,eth0}/{forwarding,disable_ipv6}; do
  [ -r "$file" ] && echo "net/$file=$(tr '\t' ' ' < "$file")"
done
echo '@@ links'
ip -d -j link show
echo '@@ addresses'
ip -j addr show
echo '@@ routes'
ip -4 route show table all
echo '@@ routes6'
ip -6 route show table all
echo '@@ rules'
ip -4 rule show
ip -6 rule show | sed 's/^/ip6 /'
echo '@@ hairpin'
for port in /sys/class/net/cni0/brif/*; do
  [ -e "$port" ] && echo "${port##*/} $(cat "$port/hairpin_mode")"
done
echo '@@ fdb'
bridge fdb show dev flannel.1 2> /dev/null
echo '@@ neigh'
ip neigh show nud permanent
for backend in iptables ip6tables iptables-legacy ip6tables-legacy; do
  echo "@@ $backend"
  "$backend-save" 2> /dev/null
done
echo '@@ nft'
nft -s list ruleset 2> /dev/null
echo '@@ cgroups'
# An unmounted tree can leave its mounts behind, hidden: what is listed then is not there.
[ -z "$(ls /sys/fs/cgroup)" ] || findmnt -rn -t cgroup,cgroup2 -o TARGET,FSTYPE,FS-OPTIONS | grep ^/sys/fs/cgroup | sort -u
echo '@@ processes'
ps -eo pid=,ppid=,stat=,args= | cut -c 1-200
echo '@@ stopped'
ls /run/lab/stopped
echo '@@ files'
find /etc/resolv.conf /etc/hosts /etc/kubernetes /etc/cni /etc/containerd /etc/sysctl.d /etc/sysctl.conf /etc/modules-load.d \
  /etc/systemd /etc/NetworkManager /etc/firewalld /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env \
  /run/flannel/subnet.env /run/systemd -type f -exec sha256sum {} + 2> /dev/null
true
