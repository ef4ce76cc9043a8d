#!/bin/bash
# PID 1 of a node in User-mode Linux. From the kernel's command line: node= its name, nip= its address, dns= its
# nameserver, share= the directory of the machine that is shared with it.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev 2> /dev/null
mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t mqueue mqueue /dev/mqueue
[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd
ln -sf /proc/self/fd/0 /dev/stdin
ln -sf /proc/self/fd/1 /dev/stdout
ln -sf /proc/self/fd/2 /dev/stderr
read -ra words < /proc/cmdline
for word in "${words[@]}"; do
  case $word in
    node=*) node=${word#node=} ;;
    nip=*) address=${word#nip=} ;;
    dns=*) nameserver=${word#dns=} ;;
    share=*) share=${word#share=} ;;
  esac
done
# Processes stay in the root control group: in a child, the kernel's realtime thread would keep pods from getting cpu.
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs run /run
mount -t tmpfs tmp /tmp
mkdir -p /run/lock /run/netns /run/flannel /run/lab/stopped /host
hostname "$node"
mount -t hostfs none /host -o "$share"

# dummy and ipip would make devices of their own when loaded: dummy is told not to, ipip is left out.
modprobe dummy numdummies=0
modprobe -a overlay bridge br_netfilter veth vxlan ip_tables iptable_nat iptable_filter iptable_mangle xt_comment \
  xt_conntrack xt_mark xt_nat xt_MASQUERADE xt_set xt_multiport xt_statistic xt_recent xt_addrtype xt_physdev xt_tcpudp \
  xt_ipvs ipt_REJECT ip_set ip_set_hash_ip ip_set_hash_ipport ip_set_hash_ipportip ip_set_hash_ipportnet ip_set_hash_net \
  ip_set_bitmap_port nf_conntrack nf_conntrack_netlink ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh
sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1
ip link set lo up
ip link set vec0 down
ip link set vec0 name eth0
ip link set eth0 up
ip addr add "$address/24" dev eth0
ip route add default via "$nameserver"
echo "nameserver $nameserver" > /etc/resolv.conf
{
  echo "127.0.0.1 localhost"
  for i in 0 1 2 3 4 5 6 7 8 9; do echo "172.30.0.1$i n$i"; done
} > /etc/hosts
echo "$node$node" | md5sum | cut -c 1-32 > /etc/machine-id
# cadvisor wants to know the processor's speed, which this kernel does not tell.
{
  sed '/^$/d' /proc/cpuinfo
  printf 'cpu MHz\t\t: 2000.000\ncore id\t\t: 0\nphysical id\t: 0\n\n'
} > /run/cpuinfo
mount --bind /run/cpuinfo /proc/cpuinfo
mount --make-rshared /

# Commands come as files in a directory of the machine, which no network fault can cut; see uml-shell.ts.
mkdir -p /host/box /var/log /etc/cni/net.d /etc/kubernetes /var/lib/kubelet /usr/libexec/kubernetes
mkfifo /run/never
exec 9<> /run/never
answer() {
  while true; do
    if [ -e /host/box/go ]; then
      rm -f /host/box/go
      for file in /host/box/*.sh; do
        [ -e "$file" ] || continue
        name=${file%.sh}
        mv "$file" "$name.run"
        (
          if [ -e "$name.in" ]; then exec < "$name.in"; else exec < /dev/null; fi
          bash "$name.run" > "$name.out" 2> "$name.err"
          echo $? > "$name.code"
          mv "$name.code" "$name.rc"
        ) &
      done
    fi
    read -rt 0.3 < /run/never || true
  done
}
answer 2> /dev/null &

supervise() {
  while true; do
    [ -e "/run/lab/stopped/$1" ] || "run_$1" >> "/host/$1.log" 2>&1 || true
    sleep 1
  done
}
run_containerd() {
  containerd
}
run_kubelet() {
  [ -f /var/lib/kubelet/config.yaml ] || return 0
  KUBELET_KUBEADM_ARGS=
  # shellcheck disable=SC1091
  . /var/lib/kubelet/kubeadm-flags.env 2> /dev/null || true
  # shellcheck disable=SC2086
  kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf \
    --config=/var/lib/kubelet/config.yaml --node-ip="$address" $KUBELET_KUBEADM_ARGS
}
supervise containerd &
echo "uml-init: ready"
supervise kubelet
