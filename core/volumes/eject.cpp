// SPDX-License-Identifier: Apache-2.0
#include "core/volumes/eject.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/volumes/system_bus.h"
#include "core/volumes/volumes.h"

namespace rollproof::volumes {

namespace {

constexpr const char* kUdisks = "org.freedesktop.UDisks2";
// A slow stick may have gigabytes left to write when it is asked to go; a person may be asked for a password.
constexpr std::chrono::seconds kUnmountPatience{600};
constexpr std::chrono::seconds kShortPatience{60};

// Says what would otherwise be lost in silence: an unmount has nobody left to report a failed write to.
Status flush(const model::Volume& volume) {
  if (volume.readOnly) return {};
  const int folder = ::open(volume.mountPoint.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return {};  // not ours to read; unmounting flushes as well
  const int result = ::syncfs(folder);
  const int sysErrno = errno;
  ::close(folder);
  if (result != 0) return tl::unexpected(systemError(sysErrno, "could not be written out", volume.label));
  return {};
}

Error stillInUse(const model::Volume& volume) {
  return {Errc::busy, fmt::format("{} is still in use", path::display(volume.label)), {}, EBUSY, -1};
}

int noOptions(sd_bus_message* message) { return sd_bus_message_append(message, "a{sv}", 0U); }

// The object udisks2 has for a device; Errc::notFound if it does not run or does not know the device.
Result<BusObject> blockObject(SystemBus& bus, const std::string& devicePath) {
  const BusObject manager{kUdisks, "/org/freedesktop/UDisks2/Manager"};
  auto answer = bus.call(
      manager, "org.freedesktop.UDisks2.Manager", "ResolveDevice", kShortPatience, [&](sd_bus_message* message) {
        const int result = sd_bus_message_append(message, "a{sv}", 1U, "path", "s", devicePath.c_str());
        return result < 0 ? result : noOptions(message);
      });
  if (!answer) return tl::unexpected(answer.error());
  const char* object = nullptr;
  int result = sd_bus_message_enter_container(answer->get(), 'a', "o");
  if (result >= 0) result = sd_bus_message_read(answer->get(), "o", &object);
  if (result < 0) return tl::unexpected(unexpectedAnswer(manager, result));
  if (result == 0 || object == nullptr) return fail(Errc::notFound, "is not known to udisks2", devicePath);
  return BusObject{kUdisks, object};
}

Status unmountAsRoot(const model::Volume& volume) {
  if (::umount2(volume.mountPoint.c_str(), UMOUNT_NOFOLLOW) == 0 || errno == EINVAL) return {};
  const int sysErrno = errno;
  if (sysErrno == EBUSY) return tl::unexpected(stillInUse(volume));
  Error error = systemError(sysErrno, "cannot be unmounted without udisks2, which does not answer", volume.label);
  return tl::unexpected(std::move(error));
}

Status unmount(std::optional<SystemBus>& bus, const model::Volume& volume) {
  auto object = bus && !volume.devicePath.empty() ? blockObject(*bus, volume.devicePath)
                                                  : fail(Errc::notFound, "no udisks2", volume.devicePath);
  if (!object) {
    if (object.error().code != Errc::notFound) return tl::unexpected(object.error());
    return unmountAsRoot(volume);
  }
  const auto done = bus->call(*object, "org.freedesktop.UDisks2.Filesystem", "Unmount", kUnmountPatience, noOptions);
  if (done) return {};
  if (done.error().code == Errc::busy) return tl::unexpected(stillInUse(volume));
  // It knows the device but saw no file system on it, as where udev has not looked.
  if (done.error().code == Errc::notFound) return unmountAsRoot(volume);
  Error error = done.error();
  error.subject = volume.label;
  // Between looking and asking somebody else may have unmounted it: the table decides, not the complaint.
  if (const auto now = volumeOf(volume.mountPoint); !now || now->mountPoint != volume.mountPoint) return {};
  return tl::unexpected(std::move(error));
}

// Spins a disk down, cuts a stick's power, lets a card go. Its reader stays powered: another card may be in it.
void powerOff(SystemBus& bus, const std::string& devicePath) {
  constexpr const char* kDrive = "org.freedesktop.UDisks2.Drive";
  const auto block = blockObject(bus, devicePath);
  if (!block) return;
  const BusObject drive{kUdisks, bus.objectPath(*block, "org.freedesktop.UDisks2.Block", "Drive")};
  if (drive.path.size() < 2) return;  // "/": a device without a drive, such as an image file
  const bool ejectable = bus.flag(drive, kDrive, "Ejectable");
  const char* how = nullptr;
  if (ejectable && bus.flag(drive, kDrive, "MediaRemovable"))
    how = "Eject";
  else if (bus.flag(drive, kDrive, "CanPowerOff"))
    how = "PowerOff";
  else if (ejectable)
    how = "Eject";
  if (how == nullptr) return;
  if (const auto done = bus.call(drive, kDrive, how, kShortPatience, noOptions); !done)
    log::info(fmt::format("{} is unmounted but stays powered: {}", devicePath, describe(done.error())));
}

}  // namespace

Status ejectTogether(std::vector<model::Volume> volumes) {
  const model::Volume asked = volumes.front();
  // What is mounted inside another goes first.
  std::stable_sort(volumes.begin(), volumes.end(),
                   [](const auto& a, const auto& b) { return a.mountPoint.size() > b.mountPoint.size(); });
  for (const auto& volume : volumes)
    if (auto flushed = flush(volume); !flushed) return flushed;
  std::optional<SystemBus> bus;
  if (auto opened = SystemBus::open()) bus.emplace(std::move(*opened));
  for (const auto& volume : volumes)
    if (auto done = unmount(bus, volume); !done) return done;
  // One disk of several must not go while the others still spin.
  if (bus && asked.device.members.empty()) powerOff(*bus, asked.devicePath);
  return {};
}

Status eject(const model::Volume& volume) {
  if (!volume.ejectable) return fail(Errc::usage, "belongs to this machine and cannot be ejected", volume.label);
  std::vector<model::Volume> together;
  for (auto& one : mounted()) {
    if (one.device.id != volume.device.id) continue;
    const bool asked = one.mountPoint == volume.mountPoint && one.fileSystemId == volume.fileSystemId;
    together.insert(asked ? together.begin() : together.end(), std::move(one));
  }
  if (together.empty() || together.front().mountPoint != volume.mountPoint ||
      together.front().fileSystemId != volume.fileSystemId)
    return fail(Errc::notFound, "is no longer there", volume.label);
  return ejectTogether(std::move(together));
}

}  // namespace rollproof::volumes
