// SPDX-License-Identifier: Apache-2.0
// What a file says by its own bytes, whatever card it lies on and whatever it is called. One row of the table in
// readers.cpp and one file each. Private to this folder.
// Threads: one record belongs to one thread.
// Errors: none; what cannot be read is a warning on the record.
#pragma once

#include <string_view>

#include "core/camera/readers/content.h"
#include "core/camera/record.h"

namespace rollproof::camera {

struct ContentReader {
  const char* name;
  // Told by the file's first bytes (Content::head()); extensions lie.
  bool (*recognises)(std::string_view head);
  void (*describe)(Record& record, Content& content);
  // No library opens this kind: its own reader says all there is, and that there is no decoder.
  bool alone;
};

// Runs every reader that recognises the file. True if one of them is the only one there is for this kind, so that
// neither FFmpeg nor OpenImageIO needs to be asked.
bool describeContent(Record& record, Content& content);

}  // namespace rollproof::camera
