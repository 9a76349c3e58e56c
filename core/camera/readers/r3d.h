// SPDX-License-Identifier: Apache-2.0
// RED's clip header: the first block of every .R3D segment. Private to this folder.
// Threads: pure per file. Errors: none; a header that does not hold together is a warning.
// Source: the tag list of ExifTool's Red.pm and telemetry-parser's src/red, compared with a real header (RED2).
#pragma once

#include <string_view>

#include "core/camera/readers/content.h"
#include "core/camera/record.h"

namespace rollproof::camera {

[[nodiscard]] bool isR3d(std::string_view head);
void describeR3d(Record& record, Content& content);

}  // namespace rollproof::camera
