// SPDX-License-Identifier: Apache-2.0
// One file of any bytes through every reader that recognises it, with the promises all of them keep. Threads: one.
#pragma once

#include <string>
#include <string_view>

#include "core/camera/readers/readers.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_file_system.h"

namespace rollproof::fuzz {

inline void describeOneFile(std::string_view bytes) {
  support::MemoryFileSystem disk;
  disk.putFile("/clip", std::string(bytes));
  auto content = camera::Content::open(disk, "/clip");
  if (!content) return;
  camera::Record record;
  record.clip.name = "clip";
  record.clip.files.push_back({"clip", model::FileRole::essence, bytes.size()});
  camera::describeContent(record, *content);
  record.finish();
  require(content->bytesRead() <= camera::Content::kDefaultBudget, "more was read than the budget allows");
  require(record.clip.raw.size() < 10'000, "a record of no bounds");
  for (const auto& [field, heard] : record.clip.provenance) require(!heard.empty(), field.c_str());
}

}  // namespace rollproof::fuzz
