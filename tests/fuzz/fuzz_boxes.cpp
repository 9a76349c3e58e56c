// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as a movie file: every maker's reader answers, reads no more than its budget and keeps no more than
// a record holds.
#include "core/camera/readers/boxes.h"
#include "core/camera/readers/metadata_value.h"
#include "core/camera/readers/tiff.h"
#include "tests/core/camera/movies.h"
#include "tests/fuzz/one_file.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) {
  describeOneFile(bytes);
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
