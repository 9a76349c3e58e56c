// SPDX-License-Identifier: Apache-2.0
#include "core/camera/confine.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace rollproof::camera {
namespace {

constexpr rlim_t kFiles = 256;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// The largest frames decode within a gigabyte.
constexpr rlim_t kMemoryBytes = rlim_t{6} << 30;
#endif

void limit(int what, rlim_t value) {
  const rlimit both{value, value};
  (void)::setrlimit(static_cast<__rlimit_resource>(what), &both);
}

// Everything of the first version of the interface, which is all that files need.
constexpr std::uint64_t kEverything =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
    LANDLOCK_ACCESS_FS_MAKE_SYM;
constexpr std::uint64_t kReading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

// What no reader of files needs and whoever takes one over would want. Refused, not killed: a library that asks in vain
// goes on. Empty when it stands.
std::string refuseCalls() {
  const scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_ALLOW);
  if (filter == nullptr) return "this kernel has no seccomp, which keeps readers from sockets";
  bool done = true;
  for (const int call : {SCMP_SYS(socket),
                         SCMP_SYS(socketpair),
                         SCMP_SYS(connect),
                         SCMP_SYS(bind),
                         SCMP_SYS(listen),
                         SCMP_SYS(execve),
                         SCMP_SYS(execveat),
                         SCMP_SYS(ptrace),
                         SCMP_SYS(process_vm_readv),
                         SCMP_SYS(process_vm_writev),
                         SCMP_SYS(mount),
                         SCMP_SYS(umount2),
                         SCMP_SYS(pivot_root),
                         SCMP_SYS(chroot),
                         SCMP_SYS(unshare),
                         SCMP_SYS(setns),
                         SCMP_SYS(bpf),
                         SCMP_SYS(perf_event_open),
                         SCMP_SYS(userfaultfd),
                         SCMP_SYS(io_uring_setup),
                         SCMP_SYS(keyctl),
                         SCMP_SYS(add_key),
                         SCMP_SYS(request_key),
                         SCMP_SYS(init_module),
                         SCMP_SYS(finit_module),
                         SCMP_SYS(kexec_load),
                         SCMP_SYS(open_by_handle_at),
                         SCMP_SYS(reboot)})
    done = ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0) == 0 && done;
  done = ::seccomp_load(filter) == 0 && done;
  ::seccomp_release(filter);
  return done ? std::string() : "this kernel takes no seccomp filter, which keeps readers from sockets";
}

bool allow(int rules, const char* path, std::uint64_t what) {
  const int folder = ::open(path, O_PATH | O_CLOEXEC);
  if (folder < 0) return false;
  landlock_path_beneath_attr below{};
  below.allowed_access = what;
  below.parent_fd = folder;
  const bool done = ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0;
  ::close(folder);
  return done;
}

}  // namespace

void limitProcessorTime(std::chrono::milliseconds more) {
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) != 0) return;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(more).count();
  // Whole seconds are what the limit counts, and two may be begun.
  const rlimit soft{static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec + seconds + 2), RLIM_INFINITY};
  (void)::setrlimit(RLIMIT_CPU, &soft);
}

std::string confineTo(const std::string& root) {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NOFILE, kFiles);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  limit(RLIMIT_AS, kMemoryBytes);
#endif
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "the kernel does not let a program give up new rights";
  landlock_ruleset_attr asked{};
  asked.handled_access_fs = kEverything;
  const int rules = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &asked, sizeof asked, 0));
  if (rules < 0) return "this kernel has no Landlock, which keeps readers to the card";
  // Character sets are libraries that the XML reader loads when a file asks for one.
  const bool set = allow(rules, root.c_str(), kReading);
  (void)allow(rules, "/usr", kReading | LANDLOCK_ACCESS_FS_EXECUTE);
  const bool done = set && ::syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  const int error = errno;
  ::close(rules);
  if (!done) return std::string("readers could not be kept to the card: ") + std::strerror(error);
  return refuseCalls();
}

}  // namespace rollproof::camera
