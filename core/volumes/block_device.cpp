// SPDX-License-Identifier: Apache-2.0
#include "core/volumes/block_device.h"

#include <fmt/format.h>
#include <libudev.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>

#include "core/base/file_system.h"

namespace rollproof::volumes {

namespace {

namespace fs = std::filesystem;

std::string attribute(const fs::path& path) {
  auto text = readSmallFile(realFileSystem(), path.native(), 1U << 16U);
  if (!text) return {};
  // Vital product data may carry blanks and NULs around the value.
  const auto blank = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\0'; };
  while (!text->empty() && blank(text->back())) text->pop_back();
  std::size_t from = 0;
  while (from < text->size() && blank((*text)[from])) ++from;
  return text->substr(from);
}

fs::path deviceFolder(const std::string& sysRoot, const std::string& number) {
  std::error_code error;
  auto folder = fs::canonical(fs::path(sysRoot) / "dev" / "block" / number, error);
  return error ? fs::path{} : folder;
}

bool isThere(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

std::vector<fs::path> entriesOf(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    entries.push_back(it->path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

// Deeper or wider than any real stack of mappings: a bound for a sysfs that lies in a circle.
constexpr int kDeepest = 8;
constexpr std::size_t kMostDisks = 256;

// Adds the whole disks under a partition, a mapping, a RAID or a logical volume.
void collectDisks(const fs::path& folder, int depth, std::set<fs::path>& disks) {
  if (folder.empty() || disks.size() >= kMostDisks) return;
  if (depth < kDeepest) {
    if (isThere(folder / "partition")) return collectDisks(folder.parent_path(), depth + 1, disks);
    const auto below = entriesOf(folder / "slaves");
    for (const auto& slave : below) {
      std::error_code error;
      const auto next = fs::canonical(slave, error);
      collectDisks(error ? slave : next, depth + 1, disks);
    }
    if (!below.empty()) return;
  }
  disks.insert(folder);
}

bool isUsbBus(const fs::path& component) {
  const auto& name = component.native();
  return name.size() > 3 && name.starts_with("usb") &&
         std::all_of(name.begin() + 3, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// What can only be known by looking at the folders above the disk: what it is plugged into.
struct Plug {
  bool usb = false, fromOutside = false;
  std::string serial;  // the USB device's own with vendor and product, "" if it has none
};

Plug plugOf(const fs::path& disk) {
  Plug plug;
  plug.usb = std::any_of(disk.begin(), disk.end(), isUsbBus);
  plug.fromOutside = plug.usb;
  for (fs::path above = disk.parent_path(); above.has_relative_path() && above != above.root_path();
       above = above.parent_path()) {
    if (attribute(above / "removable") == "removable") plug.fromOutside = true;  // the port's, as the firmware says
    if (plug.usb && plug.serial.empty() && isThere(above / "idVendor")) {
      if (const auto serial = attribute(above / "serial"); !serial.empty())
        plug.serial = fmt::format("{}:{}:{}", attribute(above / "idVendor"), attribute(above / "idProduct"), serial);
      break;  // hubs above it have serials, too
    }
  }
  return plug;
}

// The number of the slot in a reader with several: the last part of the SCSI address "6:0:0:1".
std::string slotOf(const fs::path& disk) {
  std::error_code error;
  const std::string address = fs::canonical(disk / "device", error).filename().native();
  const auto colon = address.rfind(':');
  return error || colon == std::string::npos ? std::string("0") : address.substr(colon + 1);
}

// Tells media apart where the serial is not their own, and says the same for every partition of one disk.
std::string mediumMark(const fs::path& disk, const std::string& number, const UdevProperty& udev) {
  std::string uuid = udev(number, "ID_PART_TABLE_UUID");
  if (uuid.empty()) uuid = udev(number, "ID_FS_UUID");
  if (uuid.empty()) {
    // Cameras write partition tables without a signature.
    for (const auto& entry : entriesOf(disk)) {
      if (!isThere(entry / "partition")) continue;
      const auto one = udev(attribute(entry / "dev"), "ID_FS_UUID");
      if (!one.empty()) uuid += (uuid.empty() ? "" : "+") + one;
    }
  }
  const std::string size = attribute(disk / "size");
  return size.empty() && uuid.empty() ? std::string{} : fmt::format("/{}:{}", size, uuid);
}

BlockDevice describeDisk(const fs::path& disk, std::string number, const UdevProperty& udev) {
  BlockDevice found;
  found.identity.durable = true;
  if (const auto own = attribute(disk / "dev"); !disk.empty() && !own.empty()) number = own;
  const std::string kernelName = disk.filename().native();
  found.removable = attribute(disk / "removable") == "1";
  found.identity.rotational = attribute(disk / "queue" / "rotational") == "1";

  if (number.starts_with("7:")) {
    found.identity.id = "loop:" + number;
    found.identity.description = fmt::format("loop device {}", number);
    found.identity.rotational = false;
    found.hotPlugged = true;
    return found;
  }
  if (number.starts_with("1:") || kernelName.starts_with("zram")) {
    found.identity.id = "memory:" + number;
    found.identity.description = fmt::format("memory disk {}", number);
    found.identity.durable = false;
    return found;
  }

  const Plug plug = plugOf(disk);
  const bool card = kernelName.starts_with("mmcblk") && attribute(disk / "device" / "type") == "SD";
  found.hotPlugged = plug.fromOutside || found.removable || card;

  std::string wwn = udev(number, "ID_WWN_WITH_EXTENSION");
  if (wwn.empty()) wwn = udev(number, "ID_WWN");
  if (wwn.empty()) wwn = attribute(disk / "wwid");
  if (wwn.empty()) wwn = attribute(disk / "device" / "wwid");
  std::string serial = udev(number, "ID_SERIAL");
  if (serial.empty()) serial = attribute(disk / "serial");
  if (serial.empty()) serial = attribute(disk / "device" / "serial");
  if (serial.empty() && !plug.serial.empty()) serial = fmt::format("{}-{}", plug.serial, slotOf(disk));
  std::string shortSerial = udev(number, "ID_SERIAL_SHORT");
  if (shortSerial.empty()) shortSerial = serial;
  std::string model = attribute(disk / "device" / "model");
  if (model.empty()) model = udev(number, "ID_MODEL");

  const std::string cardRegister = attribute(disk / "device" / "cid");
  if (!cardRegister.empty()) {
    found.identity.id = "mmc:" + cardRegister;
  } else if (!wwn.empty()) {
    found.identity.id = "wwn:" + wwn;
    if (!serial.empty()) found.identity.id += "/" + serial;
  } else if (!serial.empty()) {
    found.identity.id = "serial:" + serial;
  } else {
    found.identity.id = "dev:" + number;
  }
  if (cardRegister.empty() && (plug.usb || found.removable)) found.identity.id += mediumMark(disk, number, udev);

  if (model.empty() && card) model = "SD card " + attribute(disk / "device" / "name");
  if (!model.empty() && !shortSerial.empty()) {
    found.identity.description = fmt::format("{} (serial {})", model, shortSerial);
  } else if (!model.empty()) {
    found.identity.description = fmt::format("{} {}", model, number);
  } else if (kernelName.starts_with("vd") || kernelName.starts_with("xvd")) {
    found.identity.description = fmt::format("virtual disk {}", number);
  } else {
    found.identity.description = fmt::format("device {}", number);
  }
  return found;
}

// One disk is that disk; several are a device of their own name with the disks as members.
BlockDevice combine(const std::set<fs::path>& disks, std::string ownId, const char* kind, const std::string& number,
                    const UdevProperty& udev) {
  std::vector<BlockDevice> found;
  for (const auto& disk : disks) {
    auto one = describeDisk(disk, number, udev);
    // Two paths to one disk are one disk.
    if (std::none_of(found.begin(), found.end(), [&](const auto& f) { return f.identity.id == one.identity.id; }))
      found.push_back(std::move(one));
  }
  if (found.empty()) return describeDisk({}, number, udev);
  if (found.size() == 1) return found.front();
  BlockDevice whole;
  whole.identity.id = std::move(ownId);
  whole.identity.durable = true;
  std::string names;
  for (const auto& one : found) {
    whole.identity.members.push_back(one.identity.id);
    whole.identity.durable = whole.identity.durable && one.identity.durable;
    whole.identity.rotational = whole.identity.rotational || one.identity.rotational;
    whole.removable = whole.removable || one.removable;
    whole.hotPlugged = whole.hotPlugged || one.hotPlugged;
    names += (names.empty() ? "" : ", ") + one.identity.description;
  }
  whole.identity.description = fmt::format("{} over {} disks: {}", kind, found.size(), names);
  return whole;
}

}  // namespace

BlockDevice identifyBlockDevice(const std::string& sysRoot, unsigned major, unsigned minor, const UdevProperty& udev) {
  const std::string number = fmt::format("{}:{}", major, minor);
  const fs::path folder = deviceFolder(sysRoot, number);
  std::set<fs::path> disks;
  collectDisks(folder, 0, disks);
  std::string ownId = "dev:" + number;
  const char* kind = "volume";
  if (isThere(folder / "md")) {
    kind = "RAID";
    if (const auto uuid = udev(number, "MD_UUID"); !uuid.empty()) ownId = "md:" + uuid;
  } else if (const auto mapped = attribute(folder / "dm" / "uuid"); !mapped.empty()) {
    ownId = "dm:" + mapped;
  }
  auto found = combine(disks, std::move(ownId), kind, number, udev);
  if (!folder.empty()) {
    // The kernel writes '/' in a device's name as '!'.
    found.path = "/dev/" + folder.filename().native();
    std::replace(found.path.begin(), found.path.end(), '!', '/');
  }
  return found;
}

Btrfs btrfsOn(const std::string& sysRoot, unsigned major, unsigned minor) {
  const std::string wanted = fmt::format("{}:{}", major, minor);
  for (const auto& candidate : entriesOf(fs::path(sysRoot) / "fs" / "btrfs")) {
    Btrfs btrfs;
    bool holds = false;
    for (const auto& device : entriesOf(candidate / "devices")) {
      auto number = attribute(device / "dev");
      if (number.empty()) continue;
      holds = holds || number == wanted;
      btrfs.numbers.push_back(std::move(number));
    }
    if (!holds) continue;
    btrfs.uuid = candidate.filename().native();
    return btrfs;
  }
  return {};
}

BlockDevice identifyBtrfs(const std::string& sysRoot, const Btrfs& btrfs, const UdevProperty& udev) {
  std::set<fs::path> disks;
  for (const auto& number : btrfs.numbers) collectDisks(deviceFolder(sysRoot, number), 0, disks);
  return combine(disks, "btrfs:" + btrfs.uuid, "btrfs", {}, udev);
}

std::string systemUdevProperty(const std::string& number, const char* key) {
  const auto colon = number.find(':');
  if (colon == std::string::npos) return {};
  unsigned major = 0, minor = 0;
  std::from_chars(number.data(), number.data() + colon, major);
  std::from_chars(number.data() + colon + 1, number.data() + number.size(), minor);
  const std::unique_ptr<udev, decltype(&udev_unref)> context(udev_new(), &udev_unref);
  if (!context) return {};
  const std::unique_ptr<udev_device, decltype(&udev_device_unref)> device(
      udev_device_new_from_devnum(context.get(), 'b', makedev(major, minor)), &udev_device_unref);
  if (!device) return {};
  const char* value = udev_device_get_property_value(device.get(), key);
  return value ? value : "";
}

}  // namespace rollproof::volumes
