// SPDX-License-Identifier: Apache-2.0
// Folders and whole disks of a test's own, and what lies in them.
// Promises: everything made is unmounted and removed again. Threads: one test at a time.
// Errors: a disk that cannot be made here says why; a test then skips and prints it.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace rollproof::support {

// A folder of its own, removed afterwards.
class Scratch {
 public:
  explicit Scratch(const std::filesystem::path& under = std::filesystem::temp_directory_path());
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::filesystem::path root;
};

// A file system of its own, mounted: "ext4", "xfs", "btrfs" and "exfat" on a loop device, "tmpfs" of that size.
class Disk {
 public:
  Disk(const std::filesystem::path& under, const std::string& name, int megabytes, const std::string& kind = "ext4");
  // An image that exists already, as after a power cut.
  Disk(const std::filesystem::path& under, const std::string& name, const std::filesystem::path& existingImage);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  void unmount();
  bool remount(const std::string& options = {});
  // ext4 and xfs: every call fails from now on, and what no flush has put on the disk is lost, as when the power goes.
  void shutDown() const;
  std::filesystem::path image;  // empty for tmpfs
  std::filesystem::path mountPoint;
  bool mounted = false;
  std::string why;  // why not mounted

 private:
  bool mountImage(const std::string& options);
  std::string m_kind, m_loop;
};

void put(const std::filesystem::path& path, const std::string& content);  // makes parents
[[nodiscard]] std::string slurp(const std::filesystem::path& path);
// Everything below root: relative path -> what it is, its content and its modification time. Two equal trees were not
// touched in between.
[[nodiscard]] std::map<std::string, std::string> treeOf(const std::filesystem::path& root);
// Bytes no file system compresses or merges; the same for the same seed.
[[nodiscard]] std::string noise(std::size_t bytes, unsigned seed);
// Runs a shell line; true if it ended with 0. What it prints goes into `said`.
bool shell(const std::string& line, std::string* said = nullptr);
// ROLLPROOF_LONG=1 takes every point where a short run takes samples.
[[nodiscard]] bool longRun();

}  // namespace rollproof::support
