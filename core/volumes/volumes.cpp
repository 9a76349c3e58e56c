// SPDX-License-Identifier: Apache-2.0
#include "core/volumes/volumes.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>

#include "core/base/path.h"
#include "core/volumes/block_device.h"
#include "core/volumes/mount_table.h"

namespace rollproof::volumes {

namespace {

// The kernel makes this table up while it is read, so its size is not known beforehand.
std::vector<Mount> mountTable() {
  std::ifstream stream("/proc/self/mountinfo", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  return parseMountInfo(text);
}

std::string labelOf(const Mount& mount, unsigned major, unsigned minor) {
  if (major != 0) {
    const std::string number = fmt::format("{}:{}", major, minor);
    // Encoded keeps blanks and odd letters as \x20; the plain property replaces them by '_'.
    const std::string encoded = systemUdevProperty(number, "ID_FS_LABEL_ENC");
    std::string label;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
      if (encoded[i] == '\\' && i + 3 < encoded.size() && encoded[i + 1] == 'x') {
        label += static_cast<char>(std::strtol(encoded.substr(i + 2, 2).c_str(), nullptr, 16));
        i += 3;
      } else {
        label += encoded[i];
      }
    }
    if (!label.empty()) return label;
  }
  const std::string last = path::fileName(mount.mountPoint);
  return last.empty() ? mount.mountPoint : last;
}

model::Volume describeVolume(const Mount& mount) {
  model::Volume volume;
  volume.mountPoint = mount.mountPoint;
  volume.fileSystem = mount.fileSystem;
  volume.readOnly = mount.readOnly;
  volume.fuse = isFuse(mount.fileSystem);

  unsigned major = mount.major, minor = mount.minor;
  if (major == 0 && mount.source.starts_with("/dev/")) {
    // btrfs and fuseblk answer with a number of no device; their source names the real one.
    struct stat s {};
    if (::stat(mount.source.c_str(), &s) == 0 && S_ISBLK(s.st_mode)) {
      major = ::major(s.st_rdev);
      minor = ::minor(s.st_rdev);
    }
  }
  const std::string number = fmt::format("{}:{}", mount.major, mount.minor);
  if (isMemory(mount.fileSystem)) {
    volume.device = {"memory:" + number, "memory (gone when the machine stops)", false, false};
  } else if (isNetwork(mount.fileSystem)) {
    volume.device = {"net:" + mount.source, "network storage " + mount.source, true, false};
  } else if (major != 0) {
    const auto block = identifyBlockDevice("/sys", major, minor, systemUdevProperty);
    volume.device = block.identity;
    volume.removable = block.removable;
  } else {
    // An overlay or a union without a block device of its own: what lies under it is not known, so it proves nothing.
    volume.device = {"memory:" + number, mount.fileSystem + " without a disk of its own", false, false};
  }
  volume.label = labelOf(mount, major, minor);

  struct statvfs space {};
  if (::statvfs(mount.mountPoint.c_str(), &space) == 0) {
    volume.totalBytes = std::uint64_t{space.f_blocks} * space.f_frsize;
    volume.freeBytes = std::uint64_t{space.f_bavail} * space.f_frsize;
    if (space.f_flag & ST_RDONLY) volume.readOnly = true;
  }
  return volume;
}

}  // namespace

std::vector<model::Volume> mounted() {
  std::vector<model::Volume> volumes;
  const auto mounts = mountTable();
  std::set<std::string> seen;
  for (const auto& mount : mounts) {
    if (isPseudo(mount.fileSystem)) continue;
    static constexpr std::string_view kSystem[] = {
        "/proc", "/sys", "/dev", "/run/user", "/run/lock", "/run/credentials", "/snap", "/boot"};
    bool system = mount.mountPoint == "/run";
    for (const auto folder : kSystem) system = system || path::isWithin(mount.mountPoint, folder);
    if (system) continue;
    // A later mount over the same point hides the earlier one.
    if (mountOf(mounts, mount.mountPoint) != &mount || !seen.insert(mount.mountPoint).second) continue;
    auto volume = describeVolume(mount);
    if (volume.totalBytes == 0 && !volume.device.durable) continue;
    volumes.push_back(std::move(volume));
  }
  return volumes;
}

Result<model::Volume> volumeOf(const std::string& given) {
  const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(given.c_str(), nullptr), &std::free);
  if (!resolved) return tl::unexpected(systemError(errno, "cannot find", given));
  const std::string real = resolved.get();
  struct stat s {};
  if (::stat(real.c_str(), &s) != 0) return tl::unexpected(systemError(errno, "cannot look at", given));
  const auto mounts = mountTable();
  const Mount* mount = mountOf(mounts, real);
  if (!mount) return fail(Errc::notFound, "is on no mounted volume", given);
  // The file's own device number outranks the table: another namespace's mount may hide what the table shows.
  if (const unsigned major = ::major(s.st_dev);
      major != 0 && (major != mount->major || ::minor(s.st_dev) != mount->minor)) {
    for (const auto& other : mounts) {
      if (other.major == major && other.minor == ::minor(s.st_dev)) {
        Mount corrected = other;
        corrected.mountPoint = mount->mountPoint;
        return describeVolume(corrected);
      }
    }
  }
  return describeVolume(*mount);
}

}  // namespace rollproof::volumes
