// SPDX-License-Identifier: Apache-2.0
// A mounted file system and the physical device under it. Threads: plain values.
#pragma once

#include <cstdint>
#include <string>

namespace rollproof::model {

// Two copies count as two only if their device identities differ.
struct DeviceIdentity {
  std::string id;           // "wwn:...", "serial:...", "loop:7:0", "dev:254:0", "net:host:/export", "memory:0:45"
  std::string description;  // for people: "Samsung T7 (serial S5T...)", "virtual disk 254:0"
  bool durable = false;     // false for tmpfs and other memory: never counts as a copy on a device
  bool rotational = false;
};

struct Volume {
  std::string mountPoint;  // raw bytes
  std::string label;
  std::string fileSystem;  // "ext4", "exfat", "fuseblk", ...
  DeviceIdentity device;
  std::uint64_t totalBytes = 0;
  std::uint64_t freeBytes = 0;  // available to this user
  bool readOnly = false;
  bool removable = false;
  bool fuse = false;  // answers from a daemon's cache: a read-back is "cache-verified only"
};

}  // namespace rollproof::model
