// SPDX-License-Identifier: Apache-2.0
// Real file systems on image files, mounted where only this process sees them.
// Threads: one test's own; the mount namespace is the whole process's.
#pragma once

#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

// Ends a test that this machine cannot run, with the reason printed.
#define NEEDS(condition, what)      \
  do {                              \
    if (!(condition)) {             \
      WARN("skipped: no " << what); \
      return;                       \
    }                               \
  } while (false)

namespace rollproof::test {

namespace stdfs = std::filesystem;

// From here on this process's mounts are its own: no other test sees them, and they end with it.
inline bool privateMounts() {
  static const bool own = ::geteuid() == 0 && ::unshare(CLONE_NEWNS) == 0 &&
                          ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return own;
}

class Disks {
 public:
  Disks() {
    std::string name = (stdfs::temp_directory_path() / "rollproof-disks-XXXXXX").native();
    root = ::mkdtemp(name.data());
  }
  ~Disks() {
    for (auto it = m_mounted.rbegin(); it != m_mounted.rend(); ++it) ::umount2(it->c_str(), MNT_DETACH);
    for (const auto& loop : m_loops) (void)run("losetup -d " + loop + " 2>/dev/null");
    stdfs::remove_all(root);
  }
  Disks(const Disks&) = delete;
  Disks& operator=(const Disks&) = delete;

  // Attaches an empty image; "" if this machine does not let us.
  std::string loop(const std::string& name, int megabytes) {
    const auto image = (root / name).native();
    if (!run("truncate -s " + std::to_string(megabytes) + "M '" + image + "'")) return {};
    std::string device = output("losetup --find --show '" + image + "' 2>/dev/null");
    if (!device.empty()) m_loops.push_back(device);
    return device;
  }
  // A folder with `what` mounted on it; "" if this machine does not let us.
  std::string mounted(const std::string& name, const std::string& options) {
    const auto folder = (root / name).native();
    stdfs::create_directories(folder);
    if (!run("mount " + options + " '" + folder + "' 2>/dev/null")) return {};
    m_mounted.push_back(folder);
    return folder;
  }
  static bool run(const std::string& command) { return std::system(command.c_str()) == 0; }
  static std::string output(const std::string& command) {
    std::string text;
    if (FILE* pipe = ::popen(command.c_str(), "r")) {
      for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
      if (::pclose(pipe) != 0) return {};
    }
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }

  stdfs::path root;

 private:
  std::vector<std::string> m_mounted, m_loops;
};

}  // namespace rollproof::test
