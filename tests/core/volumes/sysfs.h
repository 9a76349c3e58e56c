// SPDX-License-Identifier: Apache-2.0
// A sysfs of folders and links, as much of it as identifying devices reads.
// Threads: one test's own.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>

namespace rollproof::test {

namespace stdfs = std::filesystem;

struct Sysfs {
  stdfs::path root;
  Sysfs() {
    std::string name = (stdfs::temp_directory_path() / "rollproof-sysfs-XXXXXX").native();
    root = ::mkdtemp(name.data());
    stdfs::create_directories(root / "dev/block");
  }
  ~Sysfs() { stdfs::remove_all(root); }
  Sysfs(const Sysfs&) = delete;
  Sysfs& operator=(const Sysfs&) = delete;
  stdfs::path device(const std::string& path, const std::string& number) {
    const auto folder = root / "devices" / path;
    stdfs::create_directories(folder);
    put(folder / "dev", number + "\n");
    stdfs::create_directory_symlink(folder, root / "dev/block" / number);
    return folder;
  }
  static void put(const stdfs::path& path, const std::string& text) {
    stdfs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  // A partition of the disk at `path`.
  stdfs::path partition(const std::string& path, const std::string& name, const std::string& number) {
    const auto folder = device(path + "/" + name, number);
    put(folder / "partition", "1\n");
    return folder;
  }
  void slave(const stdfs::path& upper, const stdfs::path& lower) const {
    stdfs::create_directories(upper / "slaves");
    stdfs::create_directory_symlink(lower, upper / "slaves" / lower.filename());
  }
};

// udev's properties by "number key".
struct Udev {
  std::map<std::string, std::string> properties;
  std::string operator()(const std::string& number, const char* key) const {
    const auto found = properties.find(number + " " + key);
    return found == properties.end() ? std::string{} : found->second;
  }
};

}  // namespace rollproof::test
