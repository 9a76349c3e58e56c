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
// Frames in one segment: its blocks are stepped over one by one, a small read each. nullopt where they do not lead to
// the file's end, or are more than any camera's segments hold.
[[nodiscard]] std::optional<std::int64_t> r3dFrames(Content& content);

}  // namespace rollproof::camera
