// SPDX-License-Identifier: Apache-2.0
// Whether an MXF file was closed by whoever wrote it. Private to this folder.
// Threads: pure per file. Source: SMPTE ST 377-1, sections 6.5 (run-in) and 7.1 (partition status).
#pragma once

#include <string_view>

#include "core/camera/readers/content.h"
#include "core/camera/record.h"

namespace rollproof::camera {

[[nodiscard]] bool isMxf(std::string_view head);
void describeMxfPartitions(Record& record, Content& content);

}  // namespace rollproof::camera
