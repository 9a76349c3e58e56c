// SPDX-License-Identifier: Apache-2.0
#include "core/volumes/block_device.h"

#include <fmt/format.h>
#include <libudev.h>

#include <charconv>
#include <filesystem>
#include <memory>
#include <vector>

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

// The whole disk under a partition or a single-legged mapping.
fs::path wholeDisk(fs::path folder) {
  std::error_code error;
  for (int depth = 0; depth < 8 && !folder.empty(); ++depth) {
    if (fs::exists(folder / "partition", error)) {
      folder = folder.parent_path();
      continue;
    }
    std::vector<fs::path> below;
    for (fs::directory_iterator it(folder / "slaves", error), end; !error && it != end; it.increment(error))
      below.push_back(it->path());
    if (below.size() != 1) break;
    auto next = fs::canonical(below.front(), error);
    if (error) break;
    folder = std::move(next);
  }
  return folder;
}

}  // namespace

BlockDevice identifyBlockDevice(const std::string& sysRoot, unsigned major, unsigned minor, const UdevProperty& udev) {
  BlockDevice found;
  found.identity.durable = true;
  std::string number = fmt::format("{}:{}", major, minor);
  const fs::path disk = wholeDisk(deviceFolder(sysRoot, number));
  if (const auto own = attribute(disk / "dev"); !disk.empty() && !own.empty()) number = own;
  const std::string kernelName = disk.filename().native();
  found.removable = attribute(disk / "removable") == "1";
  found.identity.rotational = attribute(disk / "queue" / "rotational") == "1";

  if (number.starts_with("7:")) {
    found.identity.id = "loop:" + number;
    found.identity.description = fmt::format("loop device {}", number);
    found.identity.rotational = false;
    return found;
  }
  if (number.starts_with("1:") || kernelName.starts_with("zram")) {
    found.identity.id = "memory:" + number;
    found.identity.description = fmt::format("memory disk {}", number);
    found.identity.durable = false;
    return found;
  }

  std::string wwn = udev(number, "ID_WWN_WITH_EXTENSION");
  if (wwn.empty()) wwn = udev(number, "ID_WWN");
  if (wwn.empty()) wwn = attribute(disk / "wwid");
  if (wwn.empty()) wwn = attribute(disk / "device" / "wwid");
  std::string serial = udev(number, "ID_SERIAL");
  if (serial.empty()) serial = attribute(disk / "serial");
  if (serial.empty()) serial = attribute(disk / "device" / "serial");
  std::string shortSerial = udev(number, "ID_SERIAL_SHORT");
  if (shortSerial.empty()) shortSerial = serial;
  std::string model = attribute(disk / "device" / "model");
  if (model.empty()) model = udev(number, "ID_MODEL");

  // Cheap bridges give every unit the same WWN or serial: taken together they tell more units apart, and where both are
  // shared the two count as one, which errs on the side of NOT SAFE.
  if (!wwn.empty()) {
    found.identity.id = "wwn:" + wwn;
    if (!serial.empty()) found.identity.id += "/" + serial;
  } else if (!serial.empty()) {
    found.identity.id = "serial:" + serial;
  } else {
    found.identity.id = "dev:" + number;
  }
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
