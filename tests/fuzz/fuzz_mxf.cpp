// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as an MXF file.
#include "tests/core/camera/mxf_files.h"
#include "tests/fuzz/one_file.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) { describeOneFile(bytes); }

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
