// SPDX-License-Identifier: Apache-2.0
// What a digital negative says of its camera beyond what OpenImageIO hands on. Private to this folder.
// Threads: one record belongs to one thread. Errors: none; what does not fit is left out.
// Source: Adobe DNG Specification 1.6, CinemaDNG Image Data Format Specification 1.1 (TimeCodes, FrameRate, TStop,
//         ReelName, CameraLabel), Exif 2.32.
#pragma once

#include <string_view>

#include "core/camera/readers/content.h"
#include "core/camera/record.h"

namespace rollproof::camera {

// Any TIFF file; the ones that are no negatives say nothing.
[[nodiscard]] bool isTiff(std::string_view head);
void describeDng(Record& record, Content& content);

}  // namespace rollproof::camera
