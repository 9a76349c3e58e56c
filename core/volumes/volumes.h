// SPDX-License-Identifier: Apache-2.0
// What is mounted and on which physical device, when that changes, how to eject it, and the machine kept awake.
// Threads: the functions may be called from any thread; queries take milliseconds, eject() as long as flushing takes.
//          A Watch is for one thread at a time; a SleepInhibitor may end on any.
// Errors: Errc::notFound for a path that does not exist or a volume that is gone; Errc::busy for one in use.
// Source: proc(5) mountinfo, sysfs block devices, libudev properties ID_SERIAL, ID_WWN; statvfs(3); the D-Bus
// interfaces
//         org.freedesktop.UDisks2 and org.freedesktop.login1. Both are found through $DBUS_SYSTEM_BUS_ADDRESS or the
//         usual place.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/model/volume.h"

namespace rollproof::volumes {

// All mounted file systems a person would call a card or a drive (system mounts such as /proc left out).
[[nodiscard]] std::vector<model::Volume> mounted();
// The volume that holds an existing path.
[[nodiscard]] Result<model::Volume> volumeOf(const std::string& path);
// Do the two have any physical device in common, or may they? Pure; a device without an id may be any.
[[nodiscard]] bool sharesDevice(const model::DeviceIdentity& a, const model::DeviceIdentity& b);

// Flushes, unmounts and powers off what may be pulled then: all that is mounted of the volume's disk, for it is the
// disk that a hand pulls. Never forced. Only udisks2 can do it for an ordinary user; without it root still unmounts.
// Errc::busy "CARD is still in use" names the volume; what was unmounted before it stays so. Errc::usage if not
// ejectable. A drive that will not power off once nothing of it is mounted is no error: it is safe to pull.
[[nodiscard]] Status eject(const model::Volume& volume);

// Tells that mounted() may answer differently now. Open it first, then look: nothing falls between.
class Watch {
 public:
  // Where the kernel's device events are kept from us (in a container) it still sees every mount and unmount.
  [[nodiscard]] static Result<std::unique_ptr<Watch>> open();
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  // true: something was mounted, unmounted, plugged or pulled since the last call. false: the time is over, or stopped.
  [[nodiscard]] bool wait(std::chrono::milliseconds longest, const std::stop_token& stop);

 private:
  struct State;
  explicit Watch(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

// Keeps the machine from sleeping, shutting down and idling while it lives. A wish: where nobody can grant it, work
// goes on and problem() says why.
class SleepInhibitor {
 public:
  explicit SleepInhibitor(const std::string& why);  // "Copying A001": shown to who tries to shut down
  ~SleepInhibitor();
  SleepInhibitor(const SleepInhibitor&) = delete;
  SleepInhibitor& operator=(const SleepInhibitor&) = delete;
  [[nodiscard]] bool held() const { return m_lock >= 0; }
  [[nodiscard]] const std::string& problem() const { return m_problem; }  // "" if all is held

 private:
  int m_lock = -1;  // logind lets go when this descriptor is closed
  std::string m_problem;
};

}  // namespace rollproof::volumes
