// SPDX-License-Identifier: Apache-2.0
// What an MXF file says of its clip: packages, timecodes, descriptors, who wrote it, ARRI's sets of JSON, and the
// acquisition metadata that travels with the first frame. Private to this folder.
// Threads: one record belongs to one thread. Errors: none; what cannot be read is left out, a recording that was never
//         closed is a warning (unfinished).
// Source: SMPTE ST 377-1; ST 436-1 (VANC in MXF), RDD 18 (DID 43h, SDID 05h); RDD 54 and 55 (ARRI). Of the camera
//         makers' own parts nothing was verified on real media.
#pragma once

#include "core/camera/readers/content.h"
#include "core/camera/record.h"

namespace rollproof::camera {

void describeMxf(Record& record, Content& content);

}  // namespace rollproof::camera
