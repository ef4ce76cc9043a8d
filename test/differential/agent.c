/*
 * Holds throw-away network namespaces, runs scripts in them, sends packets and says where they arrived.
 * The namespaces have no name and die with this process, so nothing is left behind after a crash.
 *
 * Commands on stdin, one a line:
 *   new NS                                   make a namespace (loopback up comes with the script)
 *   exec JOB NS LENGTH\n<script>             run `sh -c script` in it
 *   watch NS                                 report every probe that a local socket of NS is given
 *   listen NS tcp|udp ADDRESS PORT [v6only]
 *   send ID NS tcp|udp SOURCE|- SPORT DESTINATION DPORT MILLISECONDS
 *   free NS...                               close sockets and let go of the namespaces
 * Answers on stdout:
 *   done JOB RC LENGTH\n<output>
 *   saw ID NS tcp|udp SOURCE SPORT DESTINATION DPORT      the probe came up to NS's transport layer
 *   answer ID NS synack|rst|udp SOURCE SPORT              an answer came up to NS's transport layer
 *   icmp ID NS TYPE CODE FROM DESTINATION DPORT           an ICMP(v6) error about the probe came up, and the ends that it names
 *   end ID connected|replied|timeout|errno NAME           what the sender's socket saw
 *   trouble WORDS
 * Silence does not depend on the clock: this process stays on one processor, where packets of all namespaces wait in one queue, and a
 * canary that is sent round and round after a probe's time is over comes back behind everything that was still on its way.
 * A TCP probe is known by the initial sequence number, which TCP_REPAIR lets us choose; a UDP probe by its payload.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum kind { STDIN, JOB, RAW, LISTEN_TCP, LISTEN_UDP, SERVED, PROBE_TCP, PROBE_UDP, CANARY };

/* The way of a packet has fewer hops than this; each hop is one turn in the queue of received packets. */
enum { ROUNDS = 60 };

struct ns { char name[32]; int fd; struct ns *next; };
struct item {
  enum kind kind;
  int fd, family, proto, connected;
  char ns[32];
  uint32_t id;      /* probe, or job */
  int64_t deadline; /* ms; 0: none */
  int doomed;       /* its time is over; it ends when the canary has made its rounds */
  int ended, error; /* its end is known, and is said when nothing else waits */
  const char *how;
  pid_t pid;
  char *buf;
  size_t len, cap;
  struct item *next, *prev;
};

static struct ns *spaces;
static struct item *items;
static int ep, home, canary, rounds_left;
static const char ASK[4] = "svcq", REPLY[4] = "svca";

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static struct ns *space(const char *name) {
  for (struct ns *n = spaces; n; n = n->next)
    if (!strcmp(n->name, name)) return n;
  return NULL;
}

static int enter(const char *name) {
  struct ns *n = space(name);
  if (!n || setns(n->fd, CLONE_NEWNET)) {
    printf("trouble no namespace %s\n", name);
    return -1;
  }
  return 0;
}

static void leave(void) {
  if (setns(home, CLONE_NEWNET)) abort();
}

static struct item *add(enum kind kind, int fd, const char *ns) {
  struct item *i = calloc(1, sizeof *i);
  i->kind = kind;
  i->fd = fd;
  snprintf(i->ns, sizeof i->ns, "%s", ns);
  i->next = items;
  if (items) items->prev = i;
  items = i;
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = i};
  if (kind == PROBE_TCP) e.events = EPOLLOUT;
  epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
  return i;
}

static void drop(struct item *i) {
  epoll_ctl(ep, EPOLL_CTL_DEL, i->fd, NULL); /* close() alone does not, while a child that is about to exec still has the file */
  close(i->fd);
  if (i->prev) i->prev->next = i->next; else items = i->next;
  if (i->next) i->next->prev = i->prev;
  free(i->buf);
  free(i);
}

static socklen_t address(const char *text, int port, struct sockaddr_storage *out) {
  memset(out, 0, sizeof *out);
  struct sockaddr_in *a = (void *)out;
  struct sockaddr_in6 *b = (void *)out;
  if (inet_pton(AF_INET, text, &a->sin_addr) == 1) {
    a->sin_family = AF_INET;
    a->sin_port = htons(port);
    return sizeof *a;
  }
  if (inet_pton(AF_INET6, text, &b->sin6_addr) == 1) {
    b->sin6_family = AF_INET6;
    b->sin6_port = htons(port);
    return sizeof *b;
  }
  return 0;
}

/* The end of a probe is known. It is said when all that arrived before has been read. */
static void end(struct item *i, const char *how, int error) {
  if (i->ended) return;
  i->ended = 1;
  i->how = how;
  i->error = error;
  epoll_ctl(ep, EPOLL_CTL_DEL, i->fd, NULL);
}

static void say_ends(void) {
  for (struct item *i = items, *next; i; i = next) {
    next = i->next;
    if (!i->ended) continue;
    if (i->error) printf("end %u errno %s\n", i->id, strerrorname_np(i->error));
    else printf("end %u %s\n", i->id, i->how);
    if (i->kind == PROBE_TCP) {
      struct linger hard = {1, 0}; /* reset at close: nothing lingers */
      setsockopt(i->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
    drop(i);
  }
}

static void sing(void) {
  if (send(canary, "c", 1, 0) < 0) printf("trouble canary: %s\n", strerror(errno));
}

/* Dooms the probes whose time is over and sends the canary off. */
static void doom(void) {
  int64_t t = now();
  if (rounds_left) return;
  for (struct item *i = items; i; i = i->next)
    if (i->deadline && !i->ended && i->deadline <= t) i->doomed = rounds_left = ROUNDS;
  if (rounds_left) sing();
}

static void canary_back(void) {
  char c[8];
  if (recv(canary, c, sizeof c, 0) < 0) return;
  if (--rounds_left) {
    sing();
    return;
  }
  for (struct item *i = items; i; i = i->next)
    if (i->doomed && !i->ended) end(i, "timeout", i->error);
}

static void start_canary(void) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(7), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct ifreq up = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  if (unshare(CLONE_NEWNET)) abort();
  canary = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (ioctl(canary, SIOCSIFFLAGS, &up) || bind(canary, (void *)&a, sizeof a) || connect(canary, (void *)&a, sizeof a)) abort();
  leave();
  add(CANARY, canary, "");
}

static void listen_on(char *ns, char *proto, char *addr, int port, int v6only) {
  struct sockaddr_storage a;
  socklen_t n = address(addr, port, &a);
  if (!n || enter(ns)) return;
  int udp = !strcmp(proto, "udp"), one = 1;
  int fd = socket(a.ss_family, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (a.ss_family == AF_INET6) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof v6only);
    if (udp) setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof one);
  }
  if (udp) setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof one);
  if (bind(fd, (void *)&a, n) || (!udp && listen(fd, 4096))) {
    printf("trouble listen %s %s %s %d: %s\n", ns, proto, addr, port, strerror(errno));
    close(fd);
  } else
    add(udp ? LISTEN_UDP : LISTEN_TCP, fd, ns);
  leave();
}

static void watch(char *ns) {
  static const int protos[2][3] = {{IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP}, {IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6}};
  if (enter(ns)) return;
  for (int v = 0; v < 2; v++)
    for (int p = 0; p < 3; p++) {
      int one = 1, fd = socket(v ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protos[v][p]);
      if (fd < 0) {
        printf("trouble raw socket: %s\n", strerror(errno));
        continue;
      }
      if (v) setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof one);
      /* A packet that goes round through a tunnel comes by thousands of times: what else arrives must still find room. */
      int room = 64 << 20;
      setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
      struct item *i = add(RAW, fd, ns);
      i->family = v ? AF_INET6 : AF_INET;
      i->proto = protos[v][p];
    }
  leave();
}

static void send_probe(uint32_t id, char *ns, char *proto, char *src, int sport, char *dst, int dport, int ms) {
  struct sockaddr_storage to, from;
  socklen_t n = address(dst, dport, &to);
  if (!n || enter(ns)) return;
  int udp = !strcmp(proto, "udp"), one = 1;
  int fd = socket(to.ss_family, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  /* UDP tells its sender only of hard errors unless asked to tell all. */
  if (udp) {
    if (to.ss_family == AF_INET) setsockopt(fd, IPPROTO_IP, IP_RECVERR, &one, sizeof one);
    else setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &one, sizeof one);
  }
  struct item *i = add(udp ? PROBE_UDP : PROBE_TCP, fd, ns);
  i->id = id;
  i->family = to.ss_family;
  i->deadline = now() + ms;
  if (!strcmp(src, "-")) src = to.ss_family == AF_INET ? "0.0.0.0" : "::";
  socklen_t m = address(src, sport, &from);
  int bad = bind(fd, (void *)&from, m);
  if (!bad && !udp) {
    int on = 1, off = 0, queue = TCP_SEND_QUEUE;
    bad = setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof on) ||
          setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue, sizeof queue) ||
          setsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &id, sizeof id) ||
          setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof off);
    if (bad) printf("trouble choosing the sequence number: %s\n", strerror(errno));
  }
  if (!bad) bad = connect(fd, (void *)&to, n) && errno != EINPROGRESS;
  if (!bad && udp) {
    char data[8];
    memcpy(data, ASK, 4);
    memcpy(data + 4, &id, 4);
    bad = send(fd, data, sizeof data, 0) < 0;
  }
  if (bad) { /* what came of it may still be on its way */
    i->error = errno;
    i->deadline = now();
    epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL);
  }
  leave();
}

/* One packet that came up to the transport layer of a watched namespace. */
static void came_up(struct item *i) {
  unsigned char buf[2048];
  char src[64] = "?", dst[64] = "?", control[256];
  struct sockaddr_storage from;
  for (;;) {
    struct iovec v = {buf, sizeof buf};
    struct msghdr h = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &v, .msg_iovlen = 1,
                       .msg_control = control, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(i->fd, &h, 0);
    if (n < 0) return;
    unsigned char *t = buf, *end = buf + n;
    if (i->family == AF_INET) {
      if (n < 20) continue;
      inet_ntop(AF_INET, buf + 12, src, sizeof src);
      inet_ntop(AF_INET, buf + 16, dst, sizeof dst);
      t = buf + (buf[0] & 15) * 4;
    } else {
      inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&from)->sin6_addr, src, sizeof src);
      for (struct cmsghdr *c = CMSG_FIRSTHDR(&h); c; c = CMSG_NXTHDR(&h, c))
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO)
          inet_ntop(AF_INET6, &((struct in6_pktinfo *)CMSG_DATA(c))->ipi6_addr, dst, sizeof dst);
    }
    uint32_t word;
    int sport, dport;
    if (i->proto == IPPROTO_TCP && end - t >= 20) {
      sport = t[0] << 8 | t[1], dport = t[2] << 8 | t[3];
      int flags = t[13];
      memcpy(&word, t + 4, 4);
      if ((flags & 0x17) == 0x02)
        printf("saw %u %s tcp %s %d %s %d\n", ntohl(word), i->ns, src, sport, dst, dport);
      memcpy(&word, t + 8, 4);
      if ((flags & 0x17) == 0x12) printf("answer %u %s synack %s %d\n", ntohl(word) - 1, i->ns, src, sport);
      if ((flags & 0x14) == 0x14) printf("answer %u %s rst %s %d\n", ntohl(word) - 1, i->ns, src, sport);
    } else if (i->proto == IPPROTO_UDP && end - t >= 16) {
      sport = t[0] << 8 | t[1], dport = t[2] << 8 | t[3];
      memcpy(&word, t + 12, 4);
      if (!memcmp(t + 8, ASK, 4)) printf("saw %u %s udp %s %d %s %d\n", word, i->ns, src, sport, dst, dport);
      if (!memcmp(t + 8, REPLY, 4)) printf("answer %u %s udp %s %d\n", word, i->ns, src, sport);
    } else if (end - t >= 8) { /* ICMP: the packet that it is about follows its 8 bytes */
      int type = t[0], code = t[1];
      unsigned char *in = t + 8;
      int proto;
      char about[64];
      if (i->family == AF_INET) {
        if ((type != 3 && type != 11) || end - in < 28) continue;
        proto = in[9];
        inet_ntop(AF_INET, in + 16, about, sizeof about);
        in += (in[0] & 15) * 4;
      } else {
        if (type < 1 || type > 4 || end - in < 48) continue;
        proto = in[6];
        inet_ntop(AF_INET6, in + 24, about, sizeof about);
        in += 40;
      }
      if (proto == IPPROTO_TCP && end - in >= 8) {
        /* a reset bears the next number, which may be another probe's */
        if (end - in >= 14 && (in[13] & 0x17) != 0x02) continue;
        memcpy(&word, in + 4, 4);
        word = ntohl(word);
      } else if (proto == IPPROTO_UDP && end - in >= 16 && !memcmp(in + 8, ASK, 4))
        memcpy(&word, in + 12, 4);
      else
        continue;
      printf("icmp %u %s %d %d %s %s %d\n", word, i->ns, type, code, src, about, in[2] << 8 | in[3]);
    }
  }
}

/* Answer from the address that was asked, as a server bound to one address would. */
static void serve_udp(struct item *i) {
  char data[64], control[256];
  struct sockaddr_storage from;
  struct iovec v = {data, sizeof data};
  struct msghdr h = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &v, .msg_iovlen = 1,
                     .msg_control = control, .msg_controllen = sizeof control};
  ssize_t n;
  while ((n = recvmsg(i->fd, &h, 0)) >= 8 || (n < 0 && errno != EAGAIN)) {
    if (n < 0) continue; /* an ICMP error about an earlier answer */
    if (!memcmp(data, ASK, 4)) {
      memcpy(data, REPLY, 4);
      v.iov_len = 8;
      struct cmsghdr *c = CMSG_FIRSTHDR(&h);
      if (c && c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
        struct in_pktinfo *p = (void *)CMSG_DATA(c);
        p->ipi_spec_dst = p->ipi_addr;
        p->ipi_ifindex = 0;
      } else if (c && c->cmsg_level == IPPROTO_IPV6)
        ((struct in6_pktinfo *)CMSG_DATA(c))->ipi6_ifindex = 0;
      sendmsg(i->fd, &h, 0); /* no way back is a fate as well */
    }
    v.iov_len = sizeof data;
    h.msg_namelen = sizeof from;
    h.msg_controllen = sizeof control;
  }
}

static void job_output(struct item *i) {
  if (i->cap - i->len < 65536) i->buf = realloc(i->buf, i->cap = i->cap ? i->cap * 2 : 131072);
  ssize_t n = read(i->fd, i->buf + i->len, i->cap - i->len);
  if (n > 0) {
    i->len += n;
    return;
  }
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  int status;
  waitpid(i->pid, &status, 0);
  printf("done %u %d %zu\n", i->id, WIFEXITED(status) ? WEXITSTATUS(status) : 128, i->len);
  fwrite(i->buf, 1, i->len, stdout);
  drop(i);
}

static cpu_set_t everywhere;

/* The n-th processor of those that we may use, in turn. */
static void stay_on(int n) {
  cpu_set_t one;
  int count = CPU_COUNT(&everywhere), seen = 0;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
    if (CPU_ISSET(cpu, &everywhere) && seen++ == n % count) CPU_SET(cpu, &one);
  sched_setaffinity(0, sizeof one, &one);
}

static void run(uint32_t job, char *ns, char *script) {
  int p[2];
  if (pipe2(p, O_CLOEXEC)) abort();
  if (enter(ns)) return;
  fflush(stdout);
  pid_t pid = vfork();
  if (!pid) {
    int null = open("/dev/null", O_RDONLY);
    sched_setaffinity(0, sizeof everywhere, &everywhere);
    dup2(null, 0), dup2(p[1], 1), dup2(p[1], 2);
    execl("/bin/sh", "sh", "-c", script, (char *)NULL);
    _exit(127);
  }
  leave();
  close(p[1]);
  fcntl(p[0], F_SETFL, O_NONBLOCK);
  struct item *i = add(JOB, p[0], ns);
  i->id = job;
  i->pid = pid;
}

static void let_go(char *name) {
  for (struct item *i = items, *next; i; i = next) {
    next = i->next;
    if (!strcmp(i->ns, name)) drop(i);
  }
  for (struct ns **n = &spaces; *n; n = &(*n)->next)
    if (!strcmp((*n)->name, name)) {
      struct ns *gone = *n;
      *n = gone->next;
      close(gone->fd);
      free(gone);
      return;
    }
}

static void new_space(char *name) {
  struct ns *n = calloc(1, sizeof *n);
  if (unshare(CLONE_NEWNET)) {
    printf("trouble unshare: %s\n", strerror(errno));
    return;
  }
  n->fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  snprintf(n->name, sizeof n->name, "%s", name);
  n->next = spaces;
  spaces = n;
  leave();
  printf("space %s %d\n", name, n->fd);
}

/* Handles one command if it is complete; returns the bytes it took, 0 for "wait for more". */
static size_t command(char *line, size_t have) {
  char *nl = memchr(line, '\n', have);
  if (!nl) return 0;
  size_t took = nl - line + 1;
  char *word[64], *save = NULL;
  int n = 0;
  if (!strncmp(line, "exec ", 5)) {
    unsigned job;
    char ns[32];
    size_t length;
    if (sscanf(line, "exec %u %31s %zu", &job, ns, &length) != 3) abort();
    if (have < took + length) return 0;
    char *script = strndup(nl + 1, length);
    run(job, ns, script);
    free(script);
    return took + length;
  }
  *nl = 0;
  for (char *w = strtok_r(line, " ", &save); w && n < 64; w = strtok_r(NULL, " ", &save)) word[n++] = w;
  if (n == 2 && !strcmp(word[0], "new")) new_space(word[1]);
  else if (n == 2 && !strcmp(word[0], "watch")) watch(word[1]);
  else if (n >= 5 && !strcmp(word[0], "listen")) listen_on(word[1], word[2], word[3], atoi(word[4]), n > 5);
  else if (n == 9 && !strcmp(word[0], "send"))
    send_probe(strtoul(word[1], NULL, 10), word[2], word[3], word[4], atoi(word[5]), word[6], atoi(word[7]), atoi(word[8]));
  else if (n >= 2 && !strcmp(word[0], "free")) for (int k = 1; k < n; k++) let_go(word[k]);
  else printf("trouble unknown command %s\n", n ? word[0] : "");
  return took;
}

static void commands(struct item *i) {
  if (i->cap - i->len < 65536) i->buf = realloc(i->buf, i->cap = i->cap ? i->cap * 2 : 131072);
  ssize_t n = read(0, i->buf + i->len, i->cap - i->len);
  if (n == 0) exit(0);
  if (n < 0) return;
  i->len += n;
  size_t at = 0, took;
  while ((took = command(i->buf + at, i->len - at))) at += took;
  memmove(i->buf, i->buf + at, i->len - at);
  i->len -= at;
}

static void act(struct item *i) {
  int error = 0, fd;
  socklen_t n = sizeof error;
  char data[64];
  switch (i->kind) {
    case STDIN: commands(i); break;
    case JOB: job_output(i); break;
    case RAW: came_up(i); break;
    case CANARY: canary_back(); break;
    case LISTEN_UDP: serve_udp(i); break;
    case LISTEN_TCP:
      while ((fd = accept4(i->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) add(SERVED, fd, i->ns);
      break;
    case SERVED:
      if (read(i->fd, data, sizeof data) <= 0) drop(i);
      break;
    case PROBE_TCP:
      getsockopt(i->fd, SOL_SOCKET, SO_ERROR, &error, &n);
      end(i, "connected", error);
      break;
    case PROBE_UDP: {
      ssize_t got = recv(i->fd, data, sizeof data, 0);
      end(i, "replied", got < 0 ? errno : 0);
      break;
    }
  }
}

int main(int argc, char **argv) {
  static char out[1 << 20];
  setvbuf(stdout, out, _IOFBF, sizeof out);
  sched_getaffinity(0, sizeof everywhere, &everywhere);
  stay_on(argc > 1 ? atoi(argv[1]) : 0);
  home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  ep = epoll_create1(EPOLL_CLOEXEC);
  add(STDIN, 0, "");
  start_canary();
  for (;;) {
    struct epoll_event e;
    int64_t wait = 10000, t = now();
    for (struct item *i = items; i; i = i->next) {
      if (i->ended) wait = 0;
      else if (i->deadline && !rounds_left && i->deadline - t < wait) wait = i->deadline - t < 0 ? 0 : i->deadline - t;
    }
    fflush(stdout);
    /* One event a round: an action may free other items. Ends are said only when nothing else is waiting. */
    if (epoll_wait(ep, &e, 1, wait) == 1) act(e.data.ptr);
    else {
      say_ends();
      doom();
    }
  }
}
