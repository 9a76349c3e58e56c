// SPDX-License-Identifier: Apache-2.0
// A mounted file system and the physical device under it. Threads: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rollproof::model {

// Two copies count as two only if their devices share nothing (volumes::sharesDevice).
struct DeviceIdentity {
  std::string id;           // "wwn:...", "serial:...", "mmc:...", "loop:7:0", "dev:254:0", "md:<uuid>", "btrfs:<uuid>",
                            // "net:host:/export", "memory:0:45"
  std::string description;  // for people: "Samsung T7 (serial S5T...)", "virtual disk 254:0"
  bool durable = false;     // false for tmpfs and whatever lies nobody knows where: never counts as a copy on a device
  bool rotational = false;  // any disk of it
  // The ids of all physical devices under it where that is not just `id`: RAID, btrfs over several disks, logical
  // volumes; for network storage the machine that serves it.
  std::vector<std::string> members{};
};

struct Volume {
  std::string mountPoint;  // raw bytes
  std::string label;
  std::string fileSystem;    // "ext4", "exfat", "fuseblk", ...
  std::string fileSystemId;  // its UUID or volume serial as blkid writes it, "" if not known: new with every format
  std::string devicePath;    // "/dev/sdb1"; "" if there is no block device
  DeviceIdentity device;
  std::uint64_t totalBytes = 0;
  std::uint64_t freeBytes = 0;  // available to this user
  bool readOnly = false;
  bool removable = false;
  bool ejectable = false;  // plugged in from outside and no part of the system: volumes::eject makes sense
  bool fuse = false;       // answers from a daemon's cache: a read-back is "cache-verified only"
};

}  // namespace rollproof::model
