// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as a movie file: every maker's reader answers, reads no more than its budget and keeps no more than
// a record holds.
#include "core/camera/readers/boxes.h"
#include "core/camera/readers/metadata_value.h"
#include "core/camera/readers/readers.h"
#include "core/camera/readers/tiff.h"
#include "tests/core/camera/movies.h"
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
  for (const auto& [field, heard] : record.clip.provenance) require(!heard.empty(), field.c_str());
  // Alone, values and directories get bytes that no box around them has to be right for.
  if (bytes.size() > 4) (void)camera::metadataText(static_cast<std::uint8_t>(bytes[0]), bytes.substr(1));
  camera::forEachTiffTag(bytes, [](std::uint16_t, const camera::TiffValue& value) {
    (void)value.number();
    (void)value.text();
  });
}

std::vector<std::string> seeds() {
  return {movies::braw(),
          movies::crm(),
          movies::xavc(),
          movies::gopro(),
          movies::dji(),
          movies::insta360(),
          movies::arri(),
          movies::cndm(),
          movies::nraw(40),
          movies::proresRaw(),
          movies::appleLog("com.apple.rec2020.apple-log")};
}

std::vector<std::string> pieces() {
  return {"moov",
          "trak",
          "mdia",
          "minf",
          "stbl",
          "stsd",
          "stts",
          "stsz",
          "stz2",
          "stco",
          "co64",
          "meta",
          "keys",
          "ilst",
          "data",
          "udta",
          "uuid",
          "NCDT",
          "NCTG",
          "NRMT",
          "GPMF",
          "bmdf",
          "CTMD",
          "CNDM",
          "rtmd",
          "djmd",
          "tmcd",
          "logs",
          "xml ",
          "name",
          "CMT1",
          "CMT2",
          "CMT3",
          "8db42d694ccc418790edff439fe026bf",
          "\x06\x0e\x2b\x34"};
}

}  // namespace rollproof::fuzz
