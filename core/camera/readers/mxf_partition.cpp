// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/mxf_partition.h"

#include <fmt/format.h>

#include "core/base/path.h"

namespace rollproof::camera {
namespace {

constexpr std::string_view kHeaderPartition("\x06\x0E\x2B\x34\x02\x05\x01\x01\x0D\x01\x02\x01\x01\x02", 14);

}  // namespace

bool isMxf(std::string_view head) { return head.find(kHeaderPartition) != std::string_view::npos; }

void describeMxfPartitions(Record& record, Content& content) {
  const std::string& head = content.head();
  const std::size_t status = head.find(kHeaderPartition) + kHeaderPartition.size();
  // Open: a crash or a pulled card cut the recording short.
  if (u8(head, status) == 1 || u8(head, status) == 3) {
    record.warn("unfinished", fmt::format("{} was never closed by the camera.",
                                          path::display(path::fileName(record.clip.files.front().path))));
  }
}

}  // namespace rollproof::camera
