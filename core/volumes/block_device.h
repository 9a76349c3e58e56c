// SPDX-License-Identifier: Apache-2.0
// Which physical disk a block device number stands for.
// Threads: pure queries. Errors: what cannot be told is left empty; the device number is always an answer.
// Source: sysfs block devices (/sys/dev/block), libudev properties ID_WWN, ID_SERIAL.
#pragma once

#include <functional>
#include <string>

#include "core/model/volume.h"

namespace rollproof::volumes {

struct BlockDevice {
  model::DeviceIdentity identity;
  bool removable = false;
};

// Reads one udev property ("ID_WWN") of device "8:0"; "" if there is none.
using UdevProperty = std::function<std::string(const std::string& number, const char* key)>;

// Follows partition -> disk and a mapped device with exactly one device under it. `sysRoot` is "/sys" but in tests.
[[nodiscard]] BlockDevice identifyBlockDevice(const std::string& sysRoot, unsigned major, unsigned minor,
                                              const UdevProperty& udev);
[[nodiscard]] std::string systemUdevProperty(const std::string& number, const char* key);

}  // namespace rollproof::volumes
