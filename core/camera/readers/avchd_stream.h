// SPDX-License-Identifier: Apache-2.0
// What AVCHD cameras write into the pictures themselves: time, timecode, exposure, who made it. Private to this folder.
// Threads: one record belongs to one thread. Errors: none; a stream without such metadata says nothing.
// Source: ISO/IEC 13818-1 (transport packets, PES), ISO/IEC 14496-10 annex D (user data in SEI), IEC 61834-4 (packs of
// DV) as ExifTool's H264 module describes them. Not verified on real media.
#pragma once

#include "core/camera/readers/content.h"
#include "core/camera/record.h"

namespace rollproof::camera {

// Packets of 188 bytes, or of 192 with a time stamp before each, as on cards.
[[nodiscard]] bool isTransportStream(std::string_view head);
void describeAvchdStream(Record& record, Content& content);

}  // namespace rollproof::camera
