// SPDX-License-Identifier: Apache-2.0
// The 4096-byte header in front of each ARRIRAW frame of a sequence (.ari, .arx, .arc). Private to this folder.
// Threads: pure per file. Errors: none; a section that says it is not valid is left out.
// Source: the offsets of pstmps/arriraw_legacy_metadata_reader and MediaInfoLib's File_ArriRaw (byte order). Not
//         verified on real media.
#pragma once

#include <string_view>

#include "core/camera/readers/content.h"
#include "core/camera/record.h"

namespace rollproof::camera {

[[nodiscard]] bool isAri(std::string_view head);
void describeAri(Record& record, Content& content);

}  // namespace rollproof::camera
