// SPDX-License-Identifier: Apache-2.0
// What is mounted, and on which physical device.
// Threads: pure queries of the system, safe from any thread; they may take milliseconds.
// Errors: Errc::notFound for a path that does not exist.
// Source: proc(5) mountinfo, sysfs block devices, libudev properties ID_SERIAL, ID_WWN; statvfs(3).
#pragma once

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

}  // namespace rollproof::volumes
