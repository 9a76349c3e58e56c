// SPDX-License-Identifier: Apache-2.0
// A Phantom recording's header and camera setup. Private to this folder.
// Threads: one record belongs to one thread. Errors: none; a file that ends too early is a warning on the record.
// Source: Vision Research, "Cine File Format" (CINEFILEHEADER, BITMAPINFOHEADER, SETUP).
#pragma once

#include <string_view>

#include "core/camera/readers/content.h"
#include "core/camera/record.h"

namespace rollproof::camera {

[[nodiscard]] bool isCine(std::string_view head);
void describeCine(Record& record, Content& content);

}  // namespace rollproof::camera
