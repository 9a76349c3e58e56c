// SPDX-License-Identifier: Apache-2.0
// Which physical disks a block device number stands for.
// Threads: pure queries. Errors: what cannot be told is left empty; the device number is always an answer.
// Source: sysfs block devices (/sys/dev/block), /sys/fs/btrfs, libudev properties as 60-persistent-storage.rules sets.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/model/volume.h"

namespace rollproof::volumes {

struct BlockDevice {
  model::DeviceIdentity identity;
  std::string path;         // "/dev/sdb1", "/dev/dm-0": of the device asked for, not of the disk under it
  bool removable = false;   // the medium comes out of its drive
  bool hotPlugged = false;  // the medium or the drive comes from outside: USB, a card slot, Thunderbolt, an image file
};

// Reads one udev property ("ID_WWN") of device "8:0"; "" if there is none.
using UdevProperty = std::function<std::string(const std::string& number, const char* key)>;

// Follows partition -> disk and mapping, RAID or logical volume -> all disks under it. `sysRoot` is "/sys" but in
// tests.
//
// What a disk is called, best first: the card's own register (SD, MMC), the drive's WWN and serial, udev's serial, the
// serial of the USB device with the slot's number, the device number.
// Behind USB a WWN or serial may be the reader's or dock's own and the same for every unit of a kind and every medium
// put into it. There the size and the partition table's or file systems' UUIDs are part of the id, so that two cards in
// two slots, one after the other in one slot, or in two readers of one make are different media. All partitions of one
// disk get the same id, and two disks that agree in everything count as one, which errs on the side of NOT SAFE.
[[nodiscard]] BlockDevice identifyBlockDevice(const std::string& sysRoot, unsigned major, unsigned minor,
                                              const UdevProperty& udev);

// The btrfs file system that has this device in it: one file system may lie on several.
struct Btrfs {
  std::string uuid;                  // "" if none has
  std::vector<std::string> numbers;  // "8:1", "8:17"
};
[[nodiscard]] Btrfs btrfsOn(const std::string& sysRoot, unsigned major, unsigned minor);
// As identifyBlockDevice, for all disks under a btrfs.
[[nodiscard]] BlockDevice identifyBtrfs(const std::string& sysRoot, const Btrfs& btrfs, const UdevProperty& udev);

[[nodiscard]] std::string systemUdevProperty(const std::string& number, const char* key);

}  // namespace rollproof::volumes
