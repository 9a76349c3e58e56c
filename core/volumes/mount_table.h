// SPDX-License-Identifier: Apache-2.0
// The kernel's mount table as values.
// Threads: pure functions. Errors: malformed lines are left out.
// Source: proc(5), /proc/[pid]/mountinfo.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollproof::volumes {

struct Mount {
  unsigned major = 0, minor = 0;
  std::string root;        // what of the file system is mounted, "/" for all of it
  std::string mountPoint;  // raw bytes, escapes decoded
  std::string fileSystem;  // "ext4", "fuse.sshfs", ...
  std::string source;      // "/dev/sda1", "host:/export", "tmpfs", ...
  bool readOnly = false;   // of this mount or of the file system
};

[[nodiscard]] std::vector<Mount> parseMountInfo(std::string_view text);
// The mount that holds the path: the longest mount point above it, the last mounted of equals.
[[nodiscard]] const Mount* mountOf(const std::vector<Mount>& mounts, std::string_view absolutePath);

[[nodiscard]] bool isMemory(std::string_view fileSystem);   // lives in RAM: gone with the power
[[nodiscard]] bool isNetwork(std::string_view fileSystem);  // the kernel's own; a FUSE daemon may promise anything
// The machine that serves a network mount's source ("nas" of "nas:/export", "//NAS/media"); "" if it names none.
[[nodiscard]] std::string serverOf(std::string_view fileSystem, std::string_view source);
[[nodiscard]] bool isFuse(std::string_view fileSystem);
[[nodiscard]] bool isPseudo(std::string_view fileSystem);  // /proc, cgroups and their like: never a card or a drive

}  // namespace rollproof::volumes
