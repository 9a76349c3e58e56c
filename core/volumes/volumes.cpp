// SPDX-License-Identifier: Apache-2.0
#include "core/volumes/volumes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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

// What lies under a mount; without a block device `number` is 0:0.
struct Under {
  BlockDevice block;
  unsigned major = 0, minor = 0;
  std::string btrfsUuid;
};

Under under(const Mount& mount) {
  Under found{{}, mount.major, mount.minor, {}};
  if (isMemory(mount.fileSystem)) {
    found.major = 0;
    found.block.identity.id = fmt::format("memory:{}:{}", mount.major, mount.minor);
    found.block.identity.description = "memory (gone when the machine stops)";
    return found;
  }
  if (isNetwork(mount.fileSystem)) {
    found.major = 0;
    found.block.identity.id = "net:" + mount.source;
    found.block.identity.description = "network storage " + mount.source;
    found.block.identity.durable = true;
    // Two exports of one machine may lie on one disk of it, and nobody here can tell.
    if (const auto server = serverOf(mount.fileSystem, mount.source); !server.empty())
      found.block.identity.members = {"net:" + server};
    return found;
  }
  // btrfs answers with a number of no device; its source names one of those it lies on. Of FUSE the kernel gives
  // fuseblk its device's number; what any other daemon writes as its source is its own invention.
  if (found.major == 0 && mount.fileSystem == "btrfs") {
    struct stat s {};
    if (::stat(mount.source.c_str(), &s) == 0 && S_ISBLK(s.st_mode)) {
      found.major = ::major(s.st_rdev);
      found.minor = ::minor(s.st_rdev);
    }
  }
  if (found.major == 0) {
    // An overlay, a union or a FUSE daemon without a block device of its own: what lies under it is not known, so it
    // proves nothing.
    found.block.identity.id = fmt::format("memory:{}:{}", mount.major, mount.minor);
    found.block.identity.description = mount.fileSystem + " without a disk of its own";
    return found;
  }
  found.block = identifyBlockDevice("/sys", found.major, found.minor, systemUdevProperty);
  if (mount.fileSystem == "btrfs") {
    const auto btrfs = btrfsOn("/sys", found.major, found.minor);
    found.btrfsUuid = btrfs.uuid;
    if (btrfs.numbers.size() > 1) {
      auto path = std::move(found.block.path);
      found.block = identifyBtrfs("/sys", btrfs, systemUdevProperty);
      found.block.path = std::move(path);
    }
  }
  return found;
}

// As blkid writes a UUID of 16 bytes, asked of the file system itself: where no udev has looked at the device.
std::string mountedUuid(const std::string& mountPoint) {
  struct Answer {  // struct fsuuid2 of linux/fs.h since 6.9, newer than Debian 12's headers
    std::uint8_t length;
    std::array<std::uint8_t, 16> bytes;
  };
  constexpr auto kGetUuid = _IOR(0x15, 0, Answer);
  const int folder = ::open(mountPoint.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return {};
  Answer answer{};
  const bool told = ::ioctl(folder, kGetUuid, &answer) == 0 && answer.length == answer.bytes.size();
  ::close(folder);
  std::string text;
  for (std::size_t i = 0; told && i < answer.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", answer.bytes[i]);
  }
  return text;
}

bool holdsSystem(const model::DeviceIdentity& device, const std::vector<Mount>& mounts) {
  static constexpr std::array<std::string_view, 6> kSystem{"/", "/usr", "/var", "/home", "/boot", "/boot/efi"};
  return std::any_of(mounts.begin(), mounts.end(), [&](const Mount& mount) {
    return std::find(kSystem.begin(), kSystem.end(), mount.mountPoint) != kSystem.end() &&
           sharesDevice(device, under(mount).block.identity);
  });
}

model::Volume describeVolume(const Mount& mount, const std::vector<Mount>& mounts) {
  model::Volume volume;
  volume.mountPoint = mount.mountPoint;
  volume.fileSystem = mount.fileSystem;
  volume.readOnly = mount.readOnly;
  volume.fuse = isFuse(mount.fileSystem);
  auto below = under(mount);
  volume.device = std::move(below.block.identity);
  volume.removable = below.block.removable;
  volume.devicePath = std::move(below.block.path);
  volume.ejectable = below.block.hotPlugged && !holdsSystem(volume.device, mounts);
  if (below.major != 0) {
    const std::string number = fmt::format("{}:{}", below.major, below.minor);
    volume.fileSystemId = systemUdevProperty(number, "ID_FS_UUID");
    // The kernel calls every driver in user space fuseblk; what is on the disk decides which names it can hold.
    if (const auto onDisk = systemUdevProperty(number, "ID_FS_TYPE"); volume.fuse && !onDisk.empty())
      volume.fileSystem = onDisk;
    if (volume.fileSystemId.empty()) volume.fileSystemId = below.btrfsUuid;
    if (volume.fileSystemId.empty() && !volume.fuse) volume.fileSystemId = mountedUuid(mount.mountPoint);
  }
  volume.label = labelOf(mount, below.major, below.minor);

  struct statvfs space {};
  if (::statvfs(mount.mountPoint.c_str(), &space) == 0) {
    volume.totalBytes = std::uint64_t{space.f_blocks} * space.f_frsize;
    volume.freeBytes = std::uint64_t{space.f_bavail} * space.f_frsize;
    if (space.f_flag & ST_RDONLY) volume.readOnly = true;
  }
  return volume;
}

}  // namespace

bool sharesDevice(const model::DeviceIdentity& a, const model::DeviceIdentity& b) {
  if (a.id.empty() || b.id.empty() || a.id == b.id) return true;
  const auto has = [](const model::DeviceIdentity& device, const std::string& id) {
    return device.id == id || std::find(device.members.begin(), device.members.end(), id) != device.members.end();
  };
  return has(b, a.id) ||
         std::any_of(a.members.begin(), a.members.end(), [&](const std::string& id) { return has(b, id); });
}

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
    auto volume = describeVolume(mount, mounts);
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
        return describeVolume(corrected, mounts);
      }
    }
  }
  return describeVolume(*mount, mounts);
}

}  // namespace rollproof::volumes
