// SPDX-License-Identifier: Apache-2.0
// Sources stand in each reader's own file.
#include "core/camera/readers/readers.h"

#include <array>

#include "core/camera/readers/mxf_partition.h"

namespace rollproof::camera {
namespace {

constexpr std::array kReaders{
    ContentReader{"mxf", isMxf, describeMxfPartitions, false},
};

}  // namespace

bool describeContent(Record& record, Content& content) {
  bool alone = false;
  for (const ContentReader& reader : kReaders) {
    if (!reader.recognises(content.head())) continue;
    reader.describe(record, content);
    alone = alone || reader.alone;
  }
  return alone;
}

}  // namespace rollproof::camera
