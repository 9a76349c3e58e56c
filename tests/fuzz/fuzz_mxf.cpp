// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as an MXF file.
#include "core/camera/readers/readers.h"
#include "tests/core/camera/mxf_files.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_file_system.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) {
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
}

std::vector<std::string> seeds() {
  mxf_files::Mxf tape;
  tape.tape = "A001";
  tape.tapeStart = 90'000;
  tape.soundTracks = 2;
  mxf_files::Mxf arri;
  arri.documents = {{"https://x/slate_info", R"({"scene":"1","userInfo":[{"key":"a","value":"b"}]})"}};
  mxf_files::Mxf sony;
  sony.company = "Sony";
  sony.acquisition = mxf_files::lensSet();
  sony.unitBytes = 64;
  mxf_files::Mxf footer;
  footer.footer = true;
  footer.status = 2;
  footer.runIn = "run-in";
  return {mxf_files::mxf(), mxf_files::mxf(tape), mxf_files::mxf(arri), mxf_files::mxf(sony), mxf_files::mxf(footer)};
}

std::vector<std::string> pieces() {
  return {"\x06\x0E\x2B\x34",
          "\x02\x05\x01\x01\x0D\x01\x02\x01\x01",
          "\x02\x53\x01\x01\x0D\x01\x01\x01\x01\x01",
          "\x83\xFF\xFF\xFF",
          "\x87\x7F\xFF\xFF\xFF\xFF\xFF\xFF",
          "\x3C\x0A",
          "\x44\x03",
          "\x10\x01"};
}

}  // namespace rollproof::fuzz
