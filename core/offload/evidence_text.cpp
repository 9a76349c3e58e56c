// SPDX-License-Identifier: Apache-2.0
#include "core/offload/evidence_text.h"

#include <fmt/format.h>

#include "core/base/path.h"

namespace rollproof::offload {

std::string counted(std::uint64_t n, std::string_view singular) {
  if (n == 1) return fmt::format("1 {}", singular);
  if (singular == "copy") return fmt::format("{} copies", n);
  if (singular == "entry") return fmt::format("{} entries", n);
  return fmt::format("{} {}s", n, singular);
}

std::string sizeText(std::uint64_t bytes) {
  static constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000.0 && unit < 6) {
    value /= 1000.0;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string copyName(const model::Volume& volume, const std::string& destination) {
  // A label names a drive only where the drive's own root was chosen; below it the folder says more.
  if (!volume.label.empty() && volume.mountPoint == destination) return path::display(volume.label);
  const std::string folder = path::fileName(destination);
  return folder.empty() ? destination : path::display(folder);
}

}  // namespace rollproof::offload
