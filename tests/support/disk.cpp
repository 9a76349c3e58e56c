// SPDX-License-Identifier: Apache-2.0
#include "tests/support/disk.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>

namespace stdfs = std::filesystem;

namespace rollproof::support {

namespace {
std::string quoted(const stdfs::path& path) { return "'" + path.native() + "'"; }
}  // namespace

Scratch::Scratch(const stdfs::path& under) {
  std::string name = (under / "rollproof-fault-XXXXXX").native();
  if (const char* made = ::mkdtemp(name.data())) root = made;
}

Scratch::~Scratch() {
  std::error_code ignored;
  if (!root.empty()) stdfs::remove_all(root, ignored);
}

bool shell(const std::string& line, std::string* said) {
  std::FILE* pipe = ::popen(("( " + line + " ) 2>&1").c_str(), "re");
  if (!pipe) return false;
  std::string text;
  char chunk[512];
  while (const std::size_t got = std::fread(chunk, 1, sizeof chunk, pipe)) text.append(chunk, got);
  const int status = ::pclose(pipe);
  if (said) *said = text;
  return status == 0;
}

bool longRun() { return ::getenv("ROLLPROOF_LONG") != nullptr; }

Disk::Disk(const stdfs::path& under, const std::string& name, int megabytes, const std::string& kind)
    : mountPoint(under / name), m_kind(kind) {
  if (::geteuid() != 0) {
    why = "mounting a disk needs root";
    return;
  }
  stdfs::create_directories(mountPoint);
  const std::string size = std::to_string(megabytes) + "M";
  if (kind == "tmpfs") {
    mounted = shell("mount -t tmpfs -o size=" + size + " rollproof-test " + quoted(mountPoint), &why);
    return;
  }
  image = under / (name + ".img");
  const std::string make = kind == "ext4"    ? "mkfs.ext4 -q -F -m 0 "
                           : kind == "xfs"   ? "mkfs.xfs -q -f "
                           : kind == "btrfs" ? "mkfs.btrfs -q -f "
                                             : "mkfs.exfat ";
  if (shell("truncate -s " + size + " " + quoted(image) + " && " + make + quoted(image), &why))
    mounted = mountImage({});
}

Disk::Disk(const stdfs::path& under, const std::string& name, const stdfs::path& existingImage)
    : image(existingImage), mountPoint(under / name), m_kind("ext4") {
  stdfs::create_directories(mountPoint);
  mounted = mountImage({});
}

bool Disk::mountImage(const std::string& options) {
  const std::string more = options.empty() ? "" : "," + options;
  if (m_kind != "exfat") return shell("mount -o loop" + more + " " + quoted(image) + " " + quoted(mountPoint), &why);
  // A FUSE file system cannot be given a loop device by mount.
  if (!shell("losetup --find --show " + quoted(image), &m_loop)) {
    why = m_loop;
    return false;
  }
  m_loop.erase(m_loop.find_last_not_of('\n') + 1);
  if (shell("mount.exfat-fuse " + m_loop + " " + quoted(mountPoint), &why)) return true;
  shell("losetup -d " + m_loop);
  return false;
}

void Disk::unmount() {
  if (!mounted) return;
  // Lazily if something holds it open: a disk left mounted would outlive the test.
  if (!shell("umount " + quoted(mountPoint))) shell("umount -l " + quoted(mountPoint));
  if (!m_loop.empty()) shell("losetup -d " + m_loop);
  mounted = false;
}

bool Disk::remount(const std::string& options) {
  unmount();
  mounted = mountImage(options);
  return mounted;
}

void Disk::shutDown() const {
  // The same number and meaning in both file systems: XFS_IOC_GOINGDOWN, EXT4_IOC_SHUTDOWN; 2 = without the log.
  constexpr unsigned long kShutDown = _IOR('X', 125, std::uint32_t);
  std::uint32_t withoutLog = 2;
  const int folder = ::open(mountPoint.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) (void)::ioctl(folder, kShutDown, &withoutLog);
  if (folder >= 0) ::close(folder);
}

Disk::~Disk() { unmount(); }

void put(const stdfs::path& path, const std::string& content) {
  stdfs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

std::string slurp(const stdfs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::map<std::string, std::string> treeOf(const stdfs::path& root) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : stdfs::recursive_directory_iterator(root)) {
    struct stat s {};
    if (::lstat(entry.path().c_str(), &s) != 0) continue;
    std::string& what = tree[entry.path().lexically_relative(root).native()];
    if (S_ISDIR(s.st_mode)) {
      what = "folder";
    } else if (S_ISLNK(s.st_mode)) {
      what = "link " + stdfs::read_symlink(entry.path()).native();
    } else if (S_ISREG(s.st_mode)) {
      what = "file " + std::to_string(s.st_mtim.tv_sec) + "." + std::to_string(s.st_mtim.tv_nsec) + " " +
             slurp(entry.path());
    } else {
      what = "other";
    }
  }
  return tree;
}

std::string noise(std::size_t bytes, unsigned seed) {
  std::mt19937_64 random(seed);
  std::string text;
  text.reserve(bytes + 8);
  while (text.size() < bytes) {
    const auto value = random();
    text.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  text.resize(bytes);
  return text;
}

}  // namespace rollproof::support
