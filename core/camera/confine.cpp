// SPDX-License-Identifier: Apache-2.0
#include "core/camera/confine.h"

#include <fcntl.h>
#include <linux/landlock.h>
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
  return done ? std::string() : std::string("readers could not be kept to the card: ") + std::strerror(error);
}

}  // namespace rollproof::camera
