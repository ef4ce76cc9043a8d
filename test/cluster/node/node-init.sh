#!/bin/bash
# PID 1 of a node: gives it file systems of its own, then runs containerd and kubelet as systemd would.
# Arguments: name of the node, its state directory, directory of kubeadm and kubelet, value for kubelet's --node-ip,
# number of nodes, nameserver. Runs in new mount, PID, UTS and IPC namespaces and in the node's network namespace.
set -eu
node=$1 dir=$2 kube=$3 node_ip=$4 count=$5 nameserver=$6
here=$(dirname "$0")

mount --make-rprivate /
hostname "$node"

# A fresh sysfs shows the devices of the node's own network namespace; the cgroup tree moves over to it.
mkdir -p "$dir/cgroup"
mount --rbind /sys/fs/cgroup "$dir/cgroup"
mount -t sysfs sysfs /sys
mount --move "$dir/cgroup" /sys/fs/cgroup

# What the node (or a fix pasted into it) writes here never reaches the machine.
for path in etc opt usr/libexec; do
  mkdir -p "/$path" "$dir/overlay/$path/upper" "$dir/overlay/$path/work"
  mount -t overlay overlay -o "lowerdir=/$path,upperdir=$dir/overlay/$path/upper,workdir=$dir/overlay/$path/work" "/$path"
done
for path in var/lib/kubelet var/lib/containerd var/lib/etcd var/lib/cni var/log run; do
  mkdir -p "/$path" "$dir/$path"
  mount --bind "$dir/$path" "/$path"
done
mount --make-rshared /

mkdir -p /run/netns /run/flannel /run/lock /run/lab/stopped /opt/cni/bin /etc/cni/net.d /etc/kubernetes /etc/containerd
cp "$dir"/cni/* /opt/cni/bin/
cp "$here/containerd.toml" /etc/containerd/config.toml
rm -f /etc/resolv.conf /etc/machine-id
echo "nameserver $nameserver" > /etc/resolv.conf
echo "$node$node" | md5sum | cut -c 1-32 > /etc/machine-id
echo "$node" > /etc/hostname
{
  echo "127.0.0.1 localhost"
  for ((i = 0; i <= count; i++)); do echo "172.30.0.1$i n$i"; done
} > /etc/hosts
export PATH="$here/bin:$kube:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export HOME=/root
sysctl -qw net.ipv4.ip_forward=1

run_containerd() {
  containerd
}

run_kubelet() {
  [ -f /var/lib/kubelet/config.yaml ] || return 0
  KUBELET_KUBEADM_ARGS=
  # shellcheck disable=SC1091
  . /var/lib/kubelet/kubeadm-flags.env 2>/dev/null || true
  # The variable holds several flags.
  # shellcheck disable=SC2086
  kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf \
    --config=/var/lib/kubelet/config.yaml --node-ip="$node_ip" $KUBELET_KUBEADM_ARGS
}

# Starts a service again whenever it ends, unless `systemctl stop` left a mark.
supervise() {
  while true; do
    [ -e "/run/lab/stopped/$1" ] || "run_$1" >> "/var/log/$1.log" 2>&1 || true
    sleep 1
  done
}

supervise containerd &
touch /run/lab/started
supervise kubelet
